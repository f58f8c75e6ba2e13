"""What experiments/process-rewards/run makes of its files.

    collect.py rows steps.jsonl   orm.jsonl (each step labelled with the outcome) and pairs.jsonl (a right and a wrong solution)
    collect.py all FOLDER         the results, as JSON
"""
import glob
import itertools
import json
import os
import random
import sys

RESAMPLES = 4000


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def rows(path):
    solutions = lines(path)
    with open("orm.jsonl", "w", encoding="utf-8") as out:
        for s in solutions:
            out.write(json.dumps({"prompt": s["prompt"], "completions": s["completions"],
                                  "labels": [s["right"]] * len(s["completions"])}) + "\n")
    with open("pairs.jsonl", "w", encoding="utf-8") as out:
        for prompt, own in itertools.groupby(solutions, key=lambda s: s["prompt"]):
            own = list(own)
            texts = {right: sorted({" ".join(s["completions"]) for s in own if s["right"] == right}) for right in (True, False)}
            for chosen, rejected in itertools.product(texts[True], texts[False]):
                out.write(json.dumps({"prompt": prompt, "chosen": chosen, "rejected": rejected}) + "\n")


def interval(values, seed=0):
    """The mean, and between which values 95 of 100 resampled means lie."""
    generator = random.Random(seed)
    count = len(values)
    means = sorted(sum(generator.choices(values, k=count)) / count for _ in range(RESAMPLES))
    return {"mean": sum(values) / count, "low": means[int(0.025 * RESAMPLES)], "high": means[int(0.975 * RESAMPLES)], "n": count}


def verdict(difference):
    return "shown" if difference["low"] > 0 else "not shown"


def chosen(item):
    """The share of right answers among those with the highest score."""
    top = max(item["scores"])
    best = [i for i, s in enumerate(item["scores"]) if s == top]
    return sum(i in item["right"] for i in best) / len(best)


def best_of():
    found = {}
    for folder in sorted(glob.glob("best/scorers/*")):
        with open(folder + "/results.json", encoding="utf-8") as file:
            model = json.load(file)["model"]
        name = {"prm/final": "process", "orm/final": "outcome", "bt/final": "pairs"}.get(model)
        for item in lines(folder + "/items.jsonl"):
            key = name if name and item["scorer"] in ("process", "classifier") else item["scorer"] if not name else None
            if key and item.get("scores"):
                found.setdefault(key, {})[item["id"]] = chosen(item)
    ids = sorted(set.intersection(*(set(v) for v in found.values())))
    result = {k: interval([v[i] for i in ids]) for k, v in found.items()}
    for other in ("outcome", "pairs"):
        difference = interval([found["process"][i] - found[other][i] for i in ids])
        result[f"process - {other}"] = difference | {"verdict": verdict(difference)}
    return result


def final_number(text):
    digits = "".join(c if c.isdigit() or c == "-" else " " for c in text).split()
    numbers = [d for d in digits if d.lstrip("-").isdigit()]
    return int(numbers[-1]) if numbers else None


def grace():
    right = {}
    for name in ["greedy"] + [f"grace-{b}" for b in ("0", "0.1", "0.5", "1")]:
        right[name] = [float(final_number(r.get("response") or r["responses"][0]["text"]) == r["answer"]) for r in lines(name + ".jsonl")]
    result = {k: interval(v) for k, v in right.items()}
    for name in right:
        if name == "greedy":
            continue
        difference = interval([a - b for a, b in zip(right[name], right["greedy"])])
        result[f"{name} - greedy"] = difference | {"verdict": verdict(difference)}
    return result


def accuracy(path):
    with open(path + "-policy/results.json", encoding="utf-8") as file:
        return json.load(file)["metrics"]["accuracy"]


def ppo():
    start = accuracy("start")
    result = {"start": start}
    kinds = ("process", "outcome", "verified")
    ends = {k: [accuracy(f"ppo-{k}-{seed}") for seed in (1, 2, 3)] for k in kinds}
    for kind, values in ends.items():
        result[kind] = {"accuracy": values, "gain": sum(values) / len(values) - start}
    gains = [a - b for a, b in zip(ends["process"], ends["outcome"])]
    result["process - outcome"] = {"seeds": gains, "verdict": "shown" if min(gains) > 0 else "not shown"}
    return result


if sys.argv[1] == "rows":
    rows(sys.argv[2])
else:
    os.chdir(sys.argv[2])
    print(json.dumps({"best of 16": best_of(), "grace": grace(), "ppo": ppo()}, indent=2))
