"""collect.py one NAME: a model's figures as JSON. collect.py all FOLDER REFUSAL: all models, pooled by kind, and the verdicts."""
import glob
import json
import math
import os
import sys


def one(name):
    metrics = json.load(open(os.path.join(f"{name}-eval", "results.json")))["metrics"]
    episodes = [json.loads(line) for line in open(os.path.join(f"{name}-eval", "episodes.jsonl"))]
    row = {"name": name, "kind": name.split("-")[0], "solved": sum(e["solved"] for e in episodes), **metrics}
    path = os.path.join(name, "metrics.jsonl")
    if os.path.exists(path):
        steps = [json.loads(line) for line in open(path)]
        row["training"] = [{"reward": s["reward"], "entropy": s["entropy"], "dead_groups": s["dead_groups"]} for s in steps if "reward" in s]
    return row


def pooled(runs):
    n = sum(r["episodes"] for r in runs)
    p = sum(r["solved"] for r in runs) / n
    error = math.sqrt(max(p * (1 - p), 1 / n) / n)
    random = sum(r["random_success"] for r in runs) / len(runs)
    return {"seeds": len(runs), "episodes": n, "success": p, "standard_error": error, "random_success": random,
            "standard_errors_above_random": (p - random) / error, "by_seed": [r["success"] for r in runs]}


def together(folder, refusal):
    runs = sorted((json.load(open(f)) for f in glob.glob(os.path.join(folder, "*.json"))), key=lambda r: r["name"])
    kinds = {k: pooled([r for r in runs if r["kind"] == k]) for k in ("warm", "masked", "unmasked")}
    masked, unmasked, warm = kinds["masked"], kinds["unmasked"], kinds["warm"]

    def gap(a, b):
        error = math.hypot(a["standard_error"], b["standard_error"])
        return {"difference": a["success"] - b["success"], "standard_errors": (a["success"] - b["success"]) / error}

    return {
        "kinds": kinds,
        "above_random_by_five_standard_errors": masked["standard_errors_above_random"] > 5,
        "masked_over_warm": gap(masked, warm), "unmasked_over_masked": gap(unmasked, masked),
        "group_of_one": open(refusal).read().strip(), "runs": runs,
    }


print(json.dumps(one(sys.argv[2]) if sys.argv[1] == "one" else together(sys.argv[2], sys.argv[3]), indent=1))
