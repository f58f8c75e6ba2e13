#!/usr/bin/env python3
"""Questions to be answered with yes or no, half of them each, for a model that half masters the form.

    questions.py FOLDER

Writes learn.jsonl (256 rows) and held-out.jsonl (128), {"prompt", "answer"}; no pair of numbers is in both.
"""
import json
import os
import random
import sys

NOUNS = ["apples", "books", "cars", "coins", "days", "eggs", "keys", "miles", "pages", "trees"]


def question(rng):
    a, b = rng.sample(range(2, 100), 2)
    noun = rng.choice(NOUNS)
    return (a, b), {
        "prompt": f"Answer with one word, yes or no. Are {a} {noun} more than {b} {noun}?",
        "answer": "yes" if a > b else "no",
    }


def main(folder):
    rng = random.Random(17)
    rows, seen = {"yes": [], "no": []}, set()
    while min(map(len, rows.values())) < 192:
        pair, row = question(rng)
        if pair in seen or len(rows[row["answer"]]) == 192:
            continue
        seen.add(pair)
        rows[row["answer"]].append(row)
    os.makedirs(folder, exist_ok=True)
    for name, first, last in (("learn", 0, 128), ("held-out", 128, 192)):
        chosen = [row for pair in zip(rows["yes"][first:last], rows["no"][first:last]) for row in pair]
        with open(os.path.join(folder, f"{name}.jsonl"), "w", encoding="utf-8") as file:
            for row in chosen:
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
