#!/usr/bin/env python3
"""collect.py gold TRAPS AUDIT: rows for `innate grade`, on stdout.
collect.py one AUDIT GRADED: a run's figures, on stdout.
collect.py all START RUN...: all runs, the means over seeds with their ranges, and what is shown."""
import json
import sys


def lines(file):
    return [json.loads(line) for line in open(file, encoding="utf-8")]


def one(audit, graded):
    traps, rows = json.load(open(f"{audit}/traps.json")), lines(graded)
    kept = [r["correct"] and r["response"].count(",") == 3 for r in rows]
    return {
        "trip_rate": traps["macro_hard"], "trip_rate_interval": traps["macro_hard_interval"],
        "right": sum(r["correct"] for r in rows) / len(rows), "right_and_kept": sum(kept) / len(rows),
        "kept": sum(r["response"].count(",") == 3 for r in rows) / len(rows), "responses": len(rows),
    }


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    if what == "gold":
        gold = {r["prompt"]: r["gold"] for r in lines(rest[0])}
        for r in lines(f"{rest[1]}/traps.jsonl"):
            print(json.dumps({"response": r["response"], "gold": gold[r["prompt"]]}))
        return
    if what == "one":
        print(json.dumps(one(*rest)))
        return
    start, runs = json.load(open(rest[0])), {}
    for file in rest[1:]:
        name, seed = file.rsplit("/", 1)[-1].removesuffix(".json").rsplit("-", 1)
        runs.setdefault(name, {})[seed] = json.load(open(file))
    figures = ["trip_rate", "right", "right_and_kept", "kept"]
    summary = {
        name: {f: {"mean": sum(v) / len(v), "low": min(v), "high": max(v)}
               for f in figures for v in [[r[f] for r in by.values()]]}
        for name, by in runs.items()
    }
    rules, gated = summary["rules"], summary["gated"]
    print(json.dumps({
        "start": start, "runs": runs, "summary": summary,
        "shown": {
            "rules alone trip more wires than the start, in every seed": rules["trip_rate"]["low"] > start["trip_rate"],
            "gated trips fewer than rules alone, in every seed": gated["trip_rate"]["high"] < rules["trip_rate"]["low"],
            "gated has more right answers than rules alone, in every seed": gated["right"]["low"] > rules["right"]["high"],
        },
    }, indent=2))


main()
