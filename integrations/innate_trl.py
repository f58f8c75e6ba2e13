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
        reply = self.server.post("/v1/rewards", {"rows": rows, **self.asked})
        rewards = [row.get("reward") for row in reply["rows"]]
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
            if not done.get("success"):
                raise InnateError(f"{self.server.url} did not read {folder}: {done.get('message')}")
            self._log(state)
        return control

    def _log(self, state):
        reply = self.server.post("/v1/rewards", {"rows": self.rows, "reward": self.reward})
        values = []
        for row in reply["rows"]:
            if "error" in row:
                raise InnateError(f"InnateCallback: row {row['index']}: {row['error']}")
            values += row.get("rewards") or [row["reward"]]
        state.log_history.append({"step": state.global_step, "innate/mean_reward": sum(values) / len(values)})
