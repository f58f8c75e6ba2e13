"""Innate's rewards in OpenRLHF: a file for --reward.remote_url.

    innate serve --model DIR &
    python3 -m openrlhf.cli.train_ppo_ray --reward.remote_url innate_openrlhf.py ...

OpenRLHF calls reward_func(queries, prompts, labels). It also asks a server itself, with less to say where one is away:
--reward.remote_url http://HOST:8080/get_reward?reward=mean-log-likelihood. INNATE_URL and INNATE_API_KEY say where the
server is, INNATE_REWARD which reward (default mean-log-likelihood). Needs nothing beside Python's own library.
"""

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

VERSION = "0.1.0"

# --- shared by all files of this folder: the same in each, for a trainer takes one file -------------------------------------


class InnateError(RuntimeError):
    """The server is not there, is another version, or refuses what it was asked: one sentence that says what to do."""


class Innate:
    """A server of `innate serve`: asks, waits and asks again while it is away or busy, and says what is wrong."""

    def __init__(self, url=None, key=None, tries=5, timeout=600.0, pause=1.0):
        self.url = (url or os.environ.get("INNATE_URL") or "http://127.0.0.1:8080").rstrip("/")
        self.key = key or os.environ.get("INNATE_API_KEY")
        self.tries, self.timeout, self.pause = tries, timeout, pause
        self._checked = False
        self._lock = threading.Lock()

    def post(self, path, body, **query):
        """The reply to a JSON body, decoded. Raises InnateError."""
        self.check()
        asked = {name: value for name, value in query.items() if value is not None}
        return self._send(path + ("?" + urllib.parse.urlencode(asked) if asked else ""), body)

    def check(self):
        """That the server is there and of this file's version; asked once. Raises InnateError."""
        with self._lock:
            if self._checked:
                return
            health = self._send("/health", None)
            theirs = health.get("version") if isinstance(health, dict) else None
            if theirs is None and isinstance(health, dict) and health.get("status") == "ok":
                raise InnateError(
                    f"{self.url} wants a key: set INNATE_API_KEY to one that `innate serve --api-key` was given")
            if theirs is None or theirs.split(".")[:2] != VERSION.split(".")[:2]:
                raise InnateError(
                    f"{self.url} is Innate {theirs or 'of no known version'} and this file is of {VERSION}: take both from one"
                    f" version, the server's with `dotnet tool update -g innate --version {VERSION}`, or this file from the"
                    " server's release")
            self._checked = True

    def _send(self, path, body):
        data = None if body is None else json.dumps(body).encode("utf-8")
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        last = "nothing was tried"
        for attempt in range(self.tries):
            wait = min(30.0, self.pause * 2**attempt)
            try:
                request = urllib.request.Request(self.url + path, data=data, headers=headers)
                with urllib.request.urlopen(request, timeout=self.timeout) as reply:
                    return json.loads(reply.read())
            except urllib.error.HTTPError as error:
                said = _sentence(error)
                if error.code not in (408, 429, 502, 503, 504):
                    raise InnateError(f"{self.url}{path} answered {error.code}: {said}") from None
                last = f"it answered {error.code}: {said}"
                wait = _seconds(error.headers.get("Retry-After"), wait)
            except (OSError, ValueError, http.client.HTTPException) as error:
                last = str(getattr(error, "reason", error))
            if attempt + 1 < self.tries:
                time.sleep(wait)
        raise InnateError(
            f"no answer from {self.url}{path} in {self.tries} tries ({last}): start it with `innate serve`, or set INNATE_URL")


def _sentence(error):
    try:
        return json.loads(error.read())["error"]["message"]
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason


def _seconds(text, default):
    try:
        return max(0.0, min(30.0, float(text)))
    except (TypeError, ValueError):
        return default


# --- end of what is shared ---------------------------------------------------------------------------------------------------


_server = None
_server_lock = threading.Lock()


def server():
    """The server that INNATE_URL names; made once a process."""
    global _server
    with _server_lock:
        if _server is None:
            _server = Innate()
        return _server


def reward_func(queries, prompts, labels, **others):
    """Rewards of queries, each a prompt with its response: the lists that OpenRLHF reads, as tensors where torch is there."""
    reward = os.environ.get("INNATE_REWARD") or "mean-log-likelihood"
    body = {"query": list(queries), "prompts": list(prompts), "labels": list(labels)}
    reply = server().post("/get_reward", body, reward=reward)
    return {
        "rewards": _tensor(reply["rewards"]),
        "scores": _tensor(reply["scores"]),
        "extra_logs": {name: _tensor(values) for name, values in reply["extra_logs"].items()},
    }


def _tensor(values):
    try:
        import torch
    except ImportError:
        return values
    return torch.tensor(values, dtype=torch.float32)
