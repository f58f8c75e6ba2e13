"""AUC of step scores, with 95 % bootstrap intervals over questions: collect.py WORK_FOLDER. Steps are those that calculate."""
import json
import pathlib
import random
import sys

work = pathlib.Path(sys.argv[1])
signs = {"sums": (" + ", " - "), "products": (" x ",)}


def questions(file, on):
    """One list of (score, label) a question."""
    found = {}
    for line in open(file):
        row = json.loads(line)
        steps = [(s, bool(l)) for s, l, text in zip(row["step_rewards"], row["labels"], row["completions"])
                 if any(sign in text for sign in signs[on])]
        found.setdefault(json.dumps(row.get("prompt") or row["messages"]), []).extend(steps)
    return [steps for steps in found.values() if steps]


def auc(steps):
    """The chance that a right step scores above a wrong one; a tie is half."""
    ranked = sorted(steps)
    right = sum(label for _, label in ranked)
    wrong = len(ranked) - right
    if right == 0 or wrong == 0:
        return None
    total, i = 0.0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        total += (i + 1 + j) / 2 * sum(label for _, label in ranked[i:j])
        i = j
    return (total - right * (right + 1) / 2) / (right * wrong)


def measure(groups):
    draws = random.Random(0)
    resampled = []
    for _ in range(1000):
        value = auc([s for _ in groups for s in draws.choice(groups)])
        if value is not None:
            resampled.append(value)
    resampled.sort()
    steps = [s for g in groups for s in g]
    return {"auc": auc(steps), "interval": [resampled[int(0.025 * len(resampled))], resampled[int(0.975 * len(resampled)) - 1]],
            "steps": len(steps), "right": sum(label for _, label in steps), "questions": len(groups)}


results = []
for source in ("sums", "products"):
    for on in ("sums", "products"):
        for seed in (1, 2, 3):
            results.append({"trained_on": source, "tested_on": on, "seed": seed,
                            **measure(questions(work / f"from-{source}-{seed}-on-{on}.jsonl", on))})
print(json.dumps({"results": results, "mean": [
    {"trained_on": a, "tested_on": b,
     "auc": sum(r["auc"] for r in results if (r["trained_on"], r["tested_on"]) == (a, b)) / 3}
    for a in ("sums", "products") for b in ("sums", "products")]}, indent=1))
