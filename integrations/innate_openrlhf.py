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
import sys
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
        self.url = _address(url or os.environ.get("INNATE_URL") or "http://127.0.0.1:8080")
        self.key = _key(key or os.environ.get("INNATE_API_KEY"))
        self.tries, self.timeout, self.pause = tries, timeout, pause
        self._checked = False
        self._lock = threading.Lock()

    def post(self, path, body, **query):
        """The Reply to a JSON body. Raises InnateError."""
        self.check()
        asked = {name: value for name, value in query.items() if value is not None}
        return Reply(self._send(path + ("?" + urllib.parse.urlencode(asked) if asked else ""), body), self.url + path)

    def check(self):
        """That the server is there and of this file's version; asked once. Raises InnateError."""
        with self._lock:
            if self._checked:
                return
            health = Reply(self._send("/health", None), self.url + "/health")
            theirs = health.field("version").value if health.has("version") else None
            if theirs is None and health.has("status") and health.field("status").value == "ok":
                raise InnateError(
                    f"{self.url} wants a key: set INNATE_API_KEY to one that `innate serve --api-key` was given")
            if not isinstance(theirs, str) or theirs.split(".")[:2] != VERSION.split(".")[:2]:
                known = theirs if theirs and isinstance(theirs, str) else "of no known version"
                raise InnateError(
                    f"{self.url} is Innate {known} and this file is of {VERSION}: take both from one"
                    f" version, the server's with `dotnet tool update -g innate --version {VERSION}`, or this file from the"
                    " server's release")
            self._checked = True

    def _send(self, path, body):
        try:
            data = None if body is None else json.dumps(body).encode("utf-8")
        except (TypeError, ValueError, RecursionError) as error:
            raise InnateError(f"{path} is asked in JSON, and what it was to be asked is none: {error}") from None
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        said, code = "nothing was tried", None
        for attempt in range(self.tries):
            wait = min(30.0, self.pause * 2**attempt)
            try:
                request = urllib.request.Request(self.url + path, data=data, headers=headers)
                with urllib.request.urlopen(request, timeout=self.timeout) as reply:
                    return _decoded(reply.read(), self.url + path)
            except urllib.error.HTTPError as error:
                said, code = _sentence(error), error.code
                if code not in (408, 429, 502, 503, 504):
                    raise InnateError(f"{self.url}{path} answered {code}: {said}") from None
                wait = _seconds(error.headers.get("Retry-After"), wait)
            except (OSError, ValueError, http.client.HTTPException) as error:
                said, code = str(getattr(error, "reason", error)), None
            if attempt + 1 < self.tries:
                time.sleep(wait)
        if code is None:
            raise InnateError(
                f"no answer from {self.url}{path} in {self.tries} tries ({said}): start it with `innate serve`, or set"
                " INNATE_URL")
        state, remedy = {
            429: ("is busy", "ask less at once, or serve with a longer --queue"),
            504: ("is too slow", "ask less at once, or serve with a longer --deadline"),
        }.get(code, ("is not ready", "ask again when it is, and see what its log says"))
        raise InnateError(f"{self.url}{path} {state}: it answered {code} in the last of {self.tries} tries ({said}): {remedy}")


class Reply:
    """A value of a server's reply and the place where it stands: what another server might answer is told, not tripped over."""

    def __init__(self, value, asked, at=""):
        self.value, self.asked, self.at = value, asked, at

    def has(self, name):
        """Whether an object has a field. Raises InnateError: it is no object."""
        return name in self._be(isinstance(self.value, dict), "an object")

    def field(self, name):
        """A field of an object. Raises InnateError: there is none."""
        self._be(self.has(name), f'an object with "{name}"')
        return Reply(self.value[name], self.asked, f"{self.at}.{name}".lstrip("."))

    def fields(self):
        """All fields of an object by their names. Raises InnateError: it is no object."""
        return {name: self.field(name) for name in self._be(isinstance(self.value, dict), "an object")}

    def items(self, count=None):
        """The items of an array, as many as were asked for. Raises InnateError: it is no array, or has another number."""
        items = self._be(isinstance(self.value, list), "an array")
        self._be(items if count is None else len(items) == count, "a full array" if count is None else f"an array of {count}")
        return [Reply(item, self.asked, f"{self.at}[{i}]") for i, item in enumerate(items)]

    def number(self):
        """A finite number. Raises InnateError: it is something else."""
        good = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        return self._be(good and abs(self.value) <= sys.float_info.max, "a finite number")

    def numbers(self, count=None):
        """An array of finite numbers. Raises InnateError: it is something else."""
        return [item.number() for item in self.items(count)]

    def _be(self, good, expected):
        if not good:
            raise _unlike(self.asked, expected + (f" as {self.at}" if self.at else ""), json.dumps(self.value))
        return self.value


def _address(url):
    try:
        parts = urllib.parse.urlsplit(str(url))
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
        good = good and not parts.query and not parts.fragment and all("!" <= letter <= "~" for letter in str(url))
    except ValueError:  # a port that is no number, half a pair of brackets
        good = False
    if not good:
        _, at, rest = str(url).rpartition("@")  # before it stands a password
        raise InnateError(
            "INNATE_URL: expected a server's address such as http://127.0.0.1:8080, found"
            f" {json.dumps('...@' + rest if at else rest)}")
    return str(url).rstrip("/")


def _key(key):
    key = (key or "").strip()  # a key that was read from a file has an end of line; the server does not count it
    if not all(" " <= letter <= "~" for letter in key):
        raise InnateError("INNATE_API_KEY: expected characters of ASCII, found a key with others, or with lines, in it")
    return key


def _decoded(data, asked):
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        text = " ".join(data.decode("utf-8", "replace").split())
        raise _unlike(asked, "JSON", text or "nothing") from None


def _unlike(asked, expected, found):
    found = found if len(found) <= 80 else found[:77] + "..."
    return InnateError(
        f"{asked} answered in another form than Innate {VERSION} does: expected {expected}, found {found}: set INNATE_URL to what"
        " `innate serve` prints")


def _sentence(error):
    try:
        reply = json.loads(error.read())
        said = reply["error"]["message"] if "error" in reply else reply["message"]
        return " ".join(said.split())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, http.client.HTTPException):
        return error.reason or "and did not say why"


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
    count = len(body["query"])
    return {
        "rewards": _tensor(reply.field("rewards").numbers(count)),
        "scores": _tensor(reply.field("scores").numbers(count)),
        "extra_logs": {name: _tensor(log.numbers(count)) for name, log in reply.field("extra_logs").fields().items()},
    }


def _tensor(values):
    try:
        import torch
    except ImportError:
        return values
    return torch.tensor(values, dtype=torch.float32)
