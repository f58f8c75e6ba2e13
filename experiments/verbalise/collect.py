#!/usr/bin/env python3
"""collect.py RESULTS: all runs' cues.json there, the means over seeds with their ranges, and what is shown, on stdout."""
import glob
import json
import sys

FIGURES = ["cir", "vr", "ecr", "accuracy", "lowest_cir"]
runs = {}
for file in sorted(glob.glob(f"{sys.argv[1]}/*.json")):
    name, seed = file.rsplit("/", 1)[-1].removesuffix(".json").rsplit("-", 1)
    cues = json.load(open(file))
    keys = [k for f in FIGURES for k in (f, f"{f}_interval")] + ["pairs", "unreadable"]
    runs.setdefault(name, {})[seed] = {k: cues[k] for k in keys}
summary = {}
for name, by in runs.items():
    summary[name] = {}
    for figure in FIGURES:
        values = [r[figure] for r in by.values() if r[figure] is not None]
        if values:
            summary[name][figure] = {"mean": sum(values) / len(values), "low": min(values), "high": max(values)}
told, silent = summary["with"], summary["without"]
apart = abs(told["cir"]["mean"] - silent["cir"]["mean"])
print(json.dumps({
    "runs": runs, "summary": summary, "cir_apart": apart,
    "shown": {
        "CIR differs by at most 5 points": apart <= 0.05,
        "ECR with the admission is lower, in every seed": told["ecr"]["high"] < silent["ecr"]["low"],
    },
}, indent=2))
