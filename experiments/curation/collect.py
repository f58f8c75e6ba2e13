"""Held-out accuracy of each training set and seed, and paired differences from the right pairs alone: collect.py WORK_FOLDER."""
import json
import math
import pathlib
import sys

work = pathlib.Path(sys.argv[1])


def outcomes(name):
    """1 where the right answer of a held-out pair scores strictly more, by item."""
    found = {}
    for line in open(work / f"{name}-eval" / "items.jsonl"):
        row = json.loads(line)
        if row["scorer"] == "classifier":
            found[row["index"]] = float(row["scores"][0] > row["scores"][1])
    return found


seeds = (1, 2, 3)
base = {s: outcomes(f"kept-{s}") for s in seeds}
results = {}
for kind in ("kept", "flipped", "judged", "random"):
    runs = {s: outcomes(f"{kind}-{s}") for s in seeds}
    per_item = [sum(runs[s][i] - base[s][i] for s in seeds) / len(seeds) for i in base[1]]
    n = len(per_item)
    mean = sum(per_item) / n
    error = math.sqrt(sum((x - mean) ** 2 for x in per_item) / (n - 1) / n)
    results[kind] = {
        "accuracy": [sum(runs[s].values()) / n for s in seeds],
        "mean": sum(sum(runs[s].values()) / n for s in seeds) / len(seeds),
        "pairs": sum(1 for _ in open(work / f"{kind}.jsonl")),
        "less_kept": mean, "less_kept_interval": [mean - 1.96 * error, mean + 1.96 * error],
    }
noisy = {row["id"]: row for row in map(json.loads, open(work / "noisy.jsonl"))}
results["judged"]["flipped"] = sum(
    row["chosen"] != noisy[row["id"]]["chosen"] for row in map(json.loads, open(work / "judged.jsonl")))
print(json.dumps({"held_out": len(base[1]), "sets": results}, indent=1))
