#!/usr/bin/env python3
"""What the answers to yes-or-no questions became: form, truth and length before and after each run.

    answers.py FOLDER

FOLDER holds start.jsonl and ARM-after.jsonl, each a row a question: "answer" and the sampled "responses"; the same with -greedy in the
name has the likeliest answer alone. Prints a row an arm with the difference to the start and its paired 95 % interval (1,000
resamples of questions); writes FOLDER/../rl.json.
"""
import json
import os
import random
import re
import sys

from tables import learned

FORM = re.compile(r"^(yes|no)[.]?$", re.IGNORECASE)
ARMS = ["endogenous", "endogenous-seed-2", "endogenous-shuffled", "endogenous-shuffled-seed-2", "self-certainty",
        "random", "random-seed-2", "form"]


def texts(row):
    return [r["text"] if isinstance(r, dict) else r for r in row["responses"]]


def measures(path):
    """One entry a question: the shares of its answers in the form asked for, and right, and their mean length in characters."""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            said = texts(row)
            marks = [m.group(1).lower() if (m := FORM.match(t.strip())) else None for t in said]
            found.append((
                sum(m is not None for m in marks) / len(said), sum(m == row["answer"] for m in marks) / len(said),
                sum(len(t) for t in said) / len(said)))
    return found


def greedy(folder, name):
    """What the likeliest answers are; empty where they were not asked for."""
    path = os.path.join(folder, f"{name}-greedy.jsonl")
    if not os.path.exists(path):
        return {}
    rows = measures(path)
    with open(path, encoding="utf-8") as file:
        said = [texts(json.loads(line))[0].strip().lower() for line in file]
    yes = sum(bool(FORM.match(t)) and t.startswith("yes") for t in said) / len(said)
    return {"greedy": {"form": mean(rows, 0), "right": mean(rows, 1), "yes": yes, "characters": mean(rows, 2)}}


def interval(start, after, place):
    differences = [a[place] - s[place] for s, a in zip(start, after)]
    rng = random.Random(3)
    means = sorted(
        sum(rng.choice(differences) for _ in differences) / len(differences) for _ in range(1000))
    return sum(differences) / len(differences), means[24], means[974]


def mean(rows, place):
    return sum(r[place] for r in rows) / len(rows)


def main(folder):
    start = measures(os.path.join(folder, "start.jsonl"))
    table = [{"arm": "start", "questions": len(start), "form": mean(start, 0), "right": mean(start, 1),
              "characters": mean(start, 2), **greedy(folder, "start")}]
    for arm in ARMS:
        path = os.path.join(folder, f"{arm}-after.jsonl")
        if not os.path.exists(path):
            continue
        after = measures(path)
        table.append({
            "arm": arm, "questions": len(after), "form": mean(after, 0), "right": mean(after, 1), "characters": mean(after, 2),
            "form_gain": interval(start, after, 0), "right_gain": interval(start, after, 1), **greedy(folder, f"{arm}-after")})
    with open(os.path.join(folder, "..", "rl.json"), "w", encoding="utf-8") as file:
        json.dump(table, file, indent=1)
        file.write("\n")
    learned(table)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
