"""Innate's rewards in LLaMA-Factory: a relay with retries for its PPO, which asks once and waits for ever.

    innate serve --model DIR &
    python3 innate_llamafactory.py --port 8090 &
    llamafactory-cli train ppo.yaml       # stage: ppo, reward_model_type: api, reward_model: http://127.0.0.1:8090/score

LLaMA-Factory may also ask the server itself: reward_model: http://HOST:8080/llama-factory?reward=mean-log-likelihood.
INNATE_URL and INNATE_API_KEY say where the server is, INNATE_REWARD which reward (default mean-log-likelihood). Needs nothing
beside Python's own library.
"""

import argparse
import http.server
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


def scores(messages, server):
    """Rewards of templated texts, in order."""
    reward = os.environ.get("INNATE_REWARD") or "mean-log-likelihood"
    return server.post("/llama-factory", {"model": "model", "messages": list(messages)}, reward=reward)["scores"]


def relay(port, server):
    """A server of this machine that passes LLaMA-Factory's requests on; serve_forever() runs it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                status, reply = 200, {"scores": scores(body["messages"], server)}
            except (InnateError, ValueError, KeyError, TypeError) as error:
                status, reply = 502, {"error": {"message": str(error) or repr(error)}}
                print(f"innate: {error}", file=sys.stderr, flush=True)
            data = json.dumps(reply).encode("utf-8")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format, *arguments):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Passes LLaMA-Factory's reward requests on to `innate serve`.")
    parser.add_argument("--port", type=int, default=8090, help="where LLaMA-Factory asks; 0: a free one")
    port = parser.parse_args().port
    target = Innate()
    try:
        target.check()
    except InnateError as error:
        sys.exit(f"innate: {error}")
    with relay(port, target) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}/score", flush=True)
        server.serve_forever()
