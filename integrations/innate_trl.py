"""Innate's rewards in TRL: a reward function for GRPOTrainer and RLOOTrainer, and a callback that follows one answer set.

    innate serve --model DIR &
    python train.py                       # your own script, with this file beside it

    from innate_trl import InnateReward, InnateCallback
    trainer = GRPOTrainer(model="DIR", reward_funcs=InnateReward("mean-log-likelihood"), train_dataset=dataset, args=config,
                          callbacks=[InnateCallback([{"prompt": "What is 47 + 85?", "responses": ["132", "122"]}])])

INNATE_URL and INNATE_API_KEY say where the server is. Needs nothing beside Python's own library.
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


class InnateReward:
    """A reward function as TRL calls it: fn(prompts, completions, ...) to a list of numbers, None where there is none.

    TRL leaves None out of a group; how many there were is logged as innate/unscored.
    """

    def __init__(self, reward="mean-log-likelihood", server=None, profile=None, **parameters):
        """Of a reward with its parameters (gamma, alpha, system), or of a profile that the server offers."""
        self.__name__ = f"innate_{profile or reward}"[:60]  # TRL's name of the curve
        self.asked = {"model": profile} if profile else {"reward": reward}
        self.asked.update(parameters)
        self.server = server or Innate()

    def __call__(self, prompts, completions, log_metric=None, **columns):
        rows = []
        for prompt, completion in zip(prompts, completions):
            text = completion if isinstance(completion, str) else completion[-1]["content"]
            rows.append({"prompt" if isinstance(prompt, str) else "messages": prompt, "response": text})
        scored = self.server.post("/v1/rewards", {"rows": rows, **self.asked}).field("rows").items(len(rows))
        rewards = [None if row.has("error") else row.field("reward").number() for row in scored]
        if log_metric is not None:
            log_metric("innate/unscored", float(sum(reward is None for reward in rewards)))
        return rewards


try:
    from transformers import TrainerCallback as _Callback
except ImportError:  # the class alone, for whoever has no trainer installed
    _Callback = object


class InnateCallback(_Callback):
    """Logs, every so many steps, what the served model thinks of rows that stay the same.

    The server's model is fixed unless it is reloaded: with reload=True the checkpoint that TRL has just saved is read first.
    A server with keys takes another folder; it must be able to read it.
    """

    def __init__(self, rows, reward="mean-log-likelihood", every=50, server=None, reload=False):
        if not rows or every < 1:
            raise InnateError("InnateCallback: expected a row or more and every=1 or more, found none or less")
        self.rows, self.reward, self.every, self.reload = rows, reward, every, reload
        self.server = server or Innate()

    def on_step_end(self, args, state, control, **others):
        if not self.reload and state.global_step % self.every == 0:
            self._log(state)
        return control

    def on_save(self, args, state, control, **others):
        if self.reload:
            folder = os.path.join(args.output_dir, f"checkpoint-{state.global_step}")
            done = self.server.post("/update_weights_from_disk", {"model_path": os.path.abspath(folder)})
            if done.field("success").value is not True:
                raise InnateError(f"{self.server.url} did not say that it has read {folder}")
            self._log(state)
        return control

    def _log(self, state):
        reply = self.server.post("/v1/rewards", {"rows": self.rows, "reward": self.reward})
        values = []
        for index, row in enumerate(reply.field("rows").items(len(self.rows))):
            if row.has("error"):
                raise InnateError(f"InnateCallback: row {index}: {row.field('error').value}")
            values += row.field("rewards").numbers() if row.has("rewards") else [row.field("reward").number()]
        state.log_history.append({"step": state.global_step, "innate/mean_reward": sum(values) / len(values)})
