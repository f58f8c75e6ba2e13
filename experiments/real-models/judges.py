#!/usr/bin/env python3
"""Judges beside rewards at equal time: the same short items of RM-Bench, and the processor's seconds that each scorer takes.

    judges.py MODEL DATA_FOLDER WORK_FOLDER [ITEMS_A_FILE]

Of each of RM-Bench's four files the shortest ITEMS_A_FILE items, 10. Each scorer runs by itself on one thread, with --compute int8;
its seconds are the process's own, whatever else the machine does, less those of a run that asks no model. Writes
WORK_FOLDER/judges.json.
"""
import json
import os
import resource
import subprocess
import sys

FILES = ["chat", "code", "safety-refuse", "safety-response"]
SCORERS = ["random", "shorter-wins", "endogenous", "endogenous,gamma=0.93", "mean-log-likelihood", "judge-verifier", "judge-pairwise"]
FREE = SCORERS[:2]
INNATE = os.environ.get("INNATE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "innate")


def letters(item):
    return sum(len(r) for side in ("chosen", "rejected") for r in item[side])


def shorten(data, folder, count):
    os.makedirs(folder, exist_ok=True)
    for name in FILES:
        with open(os.path.join(data, "rm-bench", f"{name}_filtered.json"), encoding="utf-8") as file:
            items = sorted(json.load(file), key=letters)[:count]
        with open(os.path.join(folder, f"{name}_filtered.json"), "w", encoding="utf-8") as file:
            json.dump(items, file)


def seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(model, data, out, scorer):
    """The scorer's row of results.json, with the processor's seconds that the run took."""
    kept = os.path.join(out, "row.json")
    if not os.path.exists(kept):
        before = seconds()
        subprocess.run(
            [INNATE, "eval", "rm-bench", "--data", data, "--model", model, "--scorer", scorer, "--compute", "int8", "--threads", "1",
             "--out", out, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        spent = seconds() - before
        with open(os.path.join(out, "results.json"), encoding="utf-8") as file:
            row = json.load(file)["scorers"][0]
        with open(kept, "w", encoding="utf-8") as file:
            json.dump({**row, "run_seconds": spent}, file)
    with open(kept, encoding="utf-8") as file:
        return json.load(file)


def main(model, data, work, count=10):
    short = os.path.join(work, "judges", "data")
    shorten(data, short, count)
    rows = [measure(model, short, os.path.join(work, "judges", s), s) for s in SCORERS]
    idle = rows[0]["run_seconds"]
    items = count * len(FILES)
    found = {"items": items, "pairs": 9 * items, "responses": 6 * items, "scorers": [
        {"name": row["name"], "overall": row["metrics"]["overall"], "interval": row["intervals"]["overall"],
         "pairs_won": row["length"]["accuracy"], "ties": row["ties"], "position": row.get("position"),
         "seconds": None if row["name"] in FREE else round(row["run_seconds"] - idle, 2)} for row in rows]}
    with open(os.path.join(work, "judges.json"), "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
