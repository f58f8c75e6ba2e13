#!/usr/bin/env python3
"""Chooses a discount on one half of a benchmark's items and reports it on the other.

    gamma.py RUN_FOLDER OUT.json [ROW.json: family, parameters, model, data]

RUN_FOLDER holds items.jsonl of `innate eval` with scorers endogenous,gamma=X and endogenous-logprob,gamma=X. Of each part every
second item chooses, the others report. Of both rewards: pairs won (a tie is half a pair) at each gamma on both halves, the gamma that
is best on the first, and on the second its gain over the better of "the shorter wins" and "the longer wins" (by characters, the better
one of the choosing half), with the paired 95 % interval of 2,000 resamples of items. Also what the V terms add: the difference of the
two rewards at equal gamma, on all items. With a fourth argument the row of recommended-discounts.json is printed.
"""
import json
import os
import random
import sys


def wins(scores, right):
    wrong = [i for i in range(len(scores)) if i not in right]
    won = sum(1.0 if scores[r] > scores[w] else 0.5 if scores[r] == scores[w] else 0.0 for r in right for w in wrong)
    return won, len(right) * len(wrong)


def read(folder):
    """scorer -> item id -> (won, pairs); and the parts' ids in their order."""
    table, parts = {}, {}
    with open(os.path.join(folder, "items.jsonl"), encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if "scores" not in row:
                continue
            table.setdefault(row["scorer"], {})[row["id"]] = wins(row["scores"], row["right"])
            if row["id"] not in parts.setdefault(row["part"], []):
                parts[row["part"]].append(row["id"])
            for name, sign in (("shorter-wins", -1), ("longer-wins", 1)):
                table.setdefault(name, {})[row["id"]] = wins([sign * c for c in row["characters"]], row["right"])
    return table, parts


def share(of, ids):
    return sum(of[i][0] for i in ids) / sum(of[i][1] for i in ids)


def interval(a, b, ids, seed=7, resamples=2000):
    rng = random.Random(seed)
    found = []
    for _ in range(resamples):
        drawn = [ids[rng.randrange(len(ids))] for _ in ids]
        found.append(share(a, drawn) - share(b, drawn))
    found.sort()
    return [share(a, ids) - share(b, ids), found[int(0.025 * resamples)], found[int(0.975 * resamples) - 1]]


def gammas_of(table, reward):
    named = [(float(name.split("gamma=")[1]), name) for name in table if name.startswith(f"{reward},gamma=")]
    return sorted(named, reverse=True)


def main(folder, out, row):
    table, parts = read(folder)
    choosing = [i for ids in parts.values() for i in ids[0::2]]
    reporting = [i for ids in parts.values() for i in ids[1::2]]
    base = max(("shorter-wins", "longer-wins"), key=lambda name: share(table[name], choosing))
    result = {"choosing": len(choosing), "reporting": len(reporting), "baseline": base,
              "baseline_choosing": share(table[base], choosing), "baseline_reporting": share(table[base], reporting), "rewards": {}}
    for reward in ("endogenous", "endogenous-logprob"):
        points = [{"gamma": gamma, "choosing": share(table[name], choosing), "reporting": share(table[name], reporting),
                   "gain": interval(table[name], table[base], reporting)} for gamma, name in gammas_of(table, reward)]
        best = max(points, key=lambda p: p["choosing"])
        result["rewards"][reward] = {"points": points, "chosen": best["gamma"], "gain": best["gain"]}
    everything = choosing + reporting
    result["v_terms"] = [
        {"gamma": gamma, "difference": interval(table[name], table[f"endogenous-logprob,gamma={name.split('gamma=')[1]}"], everything)}
        for gamma, name in gammas_of(table, "endogenous")]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    if row:
        with open(row, encoding="utf-8") as file:
            model = json.load(file)
        chosen = result["rewards"]["endogenous"]
        gain, low, high = (round(x, 4) for x in chosen["gain"])
        print(json.dumps({**model, "chosen": chosen["chosen"], "gain": gain, "low": low, "high": high}))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) == 4 else None)
