#!/usr/bin/env python3
"""What rewards choose of eight samples: the share in the form asked for, and right, beside any sample and the best there is.

    chosen.py FOLDER

FOLDER holds samples.jsonl (rows with "answer" and all "responses") and REWARD.jsonl (rows with the chosen "response"). Prints a row a
reward, with its paired 95 % interval against the mean of the samples; writes FOLDER/../best-of.json.
"""
import json
import os
import sys

from answers import FORM, interval, texts
from tables import chosen as chosen_table


def marks(row, said):
    found = [m.group(1).lower() if (m := FORM.match(t.strip())) else None for t in said]
    return (sum(m is not None for m in found) / len(said), sum(m == row["answer"] for m in found) / len(said),
            sum(map(len, said)) / len(said))


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(folder):
    samples = rows(os.path.join(folder, "samples.jsonl"))
    mean = [marks(row, texts(row)) for row in samples]
    table = [{"reward": "any sample", "questions": len(mean), **{n: sum(m[i] for m in mean) / len(mean)
              for i, n in enumerate(("form", "right", "characters"))}}]
    best = [max(marks(row, [t])[1] for t in texts(row)) for row in samples]
    table.append({"reward": "oracle", "questions": len(best), "right": sum(best) / len(best)})
    for name in ("endogenous", "endogenous-gamma-0.9", "mean-log-likelihood", "self-certainty"):
        chosen = [marks(row, [row["response"]]) for row in rows(os.path.join(folder, f"{name}.jsonl"))]
        table.append({"reward": name, "questions": len(chosen), **{n: sum(m[i] for m in chosen) / len(chosen)
                      for i, n in enumerate(("form", "right", "characters"))},
                      "form_gain": interval(mean, chosen, 0), "right_gain": interval(mean, chosen, 1)})
    with open(os.path.join(folder, "..", "best-of.json"), "w", encoding="utf-8") as file:
        json.dump(table, file, indent=1)
        file.write("\n")
    chosen_table(table)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
