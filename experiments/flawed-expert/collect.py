"""collect.py one NAME: a run's figures as JSON. collect.py all FOLDER: all runs, and their means by kind and error rate."""
import glob
import json
import os
import re
import sys


def accuracy(folder):
    """The accuracy of a policy, from results.json."""
    results = json.load(open(os.path.join(folder, "results.json")))
    return results["metrics"]["accuracy"]


def preferred(folder):
    """The share of pairs that the endogenous reward orders rightly."""
    results = json.load(open(os.path.join(folder, "results.json")))
    return results["scorers"][0]["metrics"]["accuracy"]


def one(name):
    kind, rate, seed = re.fullmatch(r"(spread|alike)-([0-9.]+)-(\d+)", name).groups()
    return {
        "kind": kind, "rate": float(rate), "seed": int(seed),
        "prefers_right_to_spread": preferred(f"{name}-eval-spread"), "prefers_right_to_alike": preferred(f"{name}-eval-alike"),
        "accuracy": accuracy(f"{name}-policy"), "accuracy_after_rl": accuracy(f"{name}-rl-policy"),
    }


def together(folder):
    runs = sorted((json.load(open(f)) for f in glob.glob(os.path.join(folder, "*-*-*.json"))),
                  key=lambda r: (r["kind"], r["rate"], r["seed"]))
    table = []
    for kind, rate in sorted({(r["kind"], r["rate"]) for r in runs}):
        own = [r for r in runs if (r["kind"], r["rate"]) == (kind, rate)]
        row = {"kind": kind, "rate": rate, "seeds": len(own)}
        for field in ("prefers_right_to_spread", "prefers_right_to_alike", "accuracy", "accuracy_after_rl"):
            values = [r[field] for r in own]
            row[field] = {"mean": sum(values) / len(values), "least": min(values), "greatest": max(values)}
        table.append(row)
    return {"table": table, "runs": runs}


print(json.dumps(one(sys.argv[2]) if sys.argv[1] == "one" else together(sys.argv[2]), indent=1))
