#!/usr/bin/env python3
"""Collects the verdicts of runs: collect.py WORK_FOLDER > results.json."""
import json, pathlib, sys

runs = {}
for file in sorted(pathlib.Path(sys.argv[1]).glob("*/verdict.json")):
    verdict = json.loads(file.read_text())
    primary, reward = verdict["primary"], verdict["reward"]
    runs[file.parent.name] = {
        "verdict": verdict["verdict"],
        "sentence": verdict["sentence"],
        "before": primary and primary["before"],
        "after": primary and primary["after"],
        "interval": primary and primary["interval"],
        "reward": reward and [reward["before"], reward["after"]],
        "best_step": verdict["best_step"],
        "steps": verdict["steps"],
        "broken": [g["name"] for g in verdict["guards"] if g["broken"]],
    }
null = [r["verdict"] for name, r in runs.items() if name.startswith("null-")]
print(json.dumps({"null_runs": len(null), "null_runs_called_better": null.count("better"), "runs": runs}, indent=1))
