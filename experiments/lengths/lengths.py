#!/usr/bin/env python3
"""Recomputes what an evaluation says of length and discount, from items.jsonl alone, and compares it with results.json.

    lengths.py RUN_FOLDER

RUN_FOLDER is what `innate eval NAME --out RUN_FOLDER` wrote. Nothing of the program is used: the standard library reads one line
an item and scorer (scores, tokens, characters, which responses are right) and does the sums again, in the order of the lines, so
that every figure is the same double. The seed and the number of resamples of the intervals are results.json's own. Prints a row a
scorer; exit code 1 where a figure differs, each named with both values.
"""
import json
import math
import os
import sys

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


# SplitMix64 (Steele, Lea and Flood, 2014): the draws of the bootstrap are a function of seed, resample and counter.
def finish(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def key(seed, place):
    return finish(finish((seed + STEP) & MASK) ^ place)


def bits(own, counter):
    return finish((own + (counter + 1) * STEP) & MASK)


# Python's sum() rounds otherwise: a plain chain of additions is meant.
def chain(values):
    total = 0.0
    for value in values:
        total += value
    return total


def mean(values):
    return values[0] if all(v == values[0] for v in values) else chain(values) / len(values)


class Centred:
    """Sums of products of what is left of two series when each group's means are taken off."""

    def __init__(self):
        self.xx = self.yy = self.xy = 0.0

    def add(self, x, y):
        mean_x, mean_y = mean(x), mean(y)
        for a, b in zip(x, y):
            self.xx += (a - mean_x) * (a - mean_x)
            self.yy += (b - mean_y) * (b - mean_y)
            self.xy += (a - mean_x) * (b - mean_y)

    def correlation(self):
        return self.xy / math.sqrt(self.xx * self.yy) if self.xx > 0 and self.yy > 0 else None


def pearson(x, y):
    sums = Centred()
    sums.add(x, y)
    return sums.correlation()


def ranks(values):
    return [sum(v < own for v in values) + (sum(v == own for v in values) + 1) / 2 for own in values]


class Line:
    """An item as one scorer sees it: of each question the scores, lengths and right responses."""

    def __init__(self, line, unit):
        several = isinstance(line["scores"][0], list)
        each = (lambda name: line[name]) if several else (lambda name: [line[name]])
        self.id, self.part, self.cluster = line["id"], line["part"], line.get("cluster", line["id"])
        self.scores, self.characters, self.right = each("scores"), each("characters"), each("right")
        self.lengths = each(unit)
        self.preferences = each("preferences") if "preferences" in line else None
        self.sweep = line.get("sweep")
        self.undiscounted = each("undiscounted") if "undiscounted" in line else None

    def pairs(self):
        for question, scores in enumerate(self.scores):
            wrong = [i for i in range(len(scores)) if i not in self.right[question]]
            for right in self.right[question]:
                for other in wrong:
                    yield question, right, other

    def choice(self, question, a, b):
        """1 where a is better than b, -1 where it is worse, else 0; of a judge by its preferences, where it has any."""
        if self.preferences and self.preferences[question]:
            share = self.preferences[question][a][b]
            return 0 if share is None or share == 0.5 else 1 if share > 0.5 else -1
        return compare(self.scores[question][a], self.scores[question][b])


def compare(a, b):
    return (a > b) - (a < b)


def win(choice):
    return 1.0 if choice > 0 else 0.5 if choice == 0 else 0.0


def correlations(lines, scores_of):
    all_scores, all_lengths, within, of_ranks = [], [], Centred(), []
    for line in lines:
        for scores, lengths in zip(scores_of(line), line.lengths):
            all_scores += scores
            all_lengths += lengths
            within.add(scores, lengths)
            rank = pearson(ranks(scores), ranks(lengths))
            if rank is not None:
                of_ranks.append(rank)
    return pearson(all_scores, all_lengths), within.correlation(), chain(of_ranks) / len(of_ranks) if of_ranks else None


def percentile(values, share):
    at = share * (len(values) - 1)
    below = int(at)
    return values[below] + (at - below) * (values[below + 1] - values[below]) if below + 1 < len(values) else values[below]


def interval(items, resamples, seed):
    """items: (part, cluster, wins of the scorer, wins of the baseline, pairs) in order; drawn within parts, clusters together."""
    parts = {}
    for item in items:
        parts.setdefault(item[0], {}).setdefault(item[1], []).append(item)
    clusters = [list(part.values()) for part in parts.values()]
    gains = []
    for resample in range(resamples):
        own, draw, won, base, count = key(seed, resample), 0, 0.0, 0.0, 0.0
        for part in clusters:
            for _ in part:
                for item in part[bits(own, draw) % len(part)]:
                    won, base, count = won + item[2], base + item[3], count + item[4]
                draw += 1
        if count:
            gains.append(won / count - base / count)
    gains.sort()
    return [percentile(gains, 0.025), percentile(gains, 0.975)] if gains else [None, None]


def length(lines, unit, resamples, seed):
    """The entry "length" of a scorer; None where nothing is a pair."""
    items, like, like_won = [], 0, 0.0
    for line in lines:
        won = shorter = count = 0
        for question, right, other in line.pairs():
            result = win(line.choice(question, right, other))
            count += 1
            won += result
            shorter += win(compare(line.characters[question][other], line.characters[question][right]))
            a, b = line.lengths[question][right], line.lengths[question][other]
            if 10 * abs(a - b) <= max(a, b):
                like += 1
                like_won += result
        items.append((line.part, line.cluster, won, shorter, count))
    pairs = sum(i[4] for i in items)
    if not pairs:
        return None
    accuracy = chain(i[2] for i in items) / pairs
    by_shorter, by_longer = chain(i[3] for i in items) / pairs, chain(i[4] - i[3] for i in items) / pairs
    is_shorter = by_shorter >= by_longer
    base = by_shorter if is_shorter else by_longer
    overall, within, rank = correlations(lines, lambda line: line.scores)
    return {
        "unit": unit, "responses": sum(len(s) for line in lines for s in line.scores), "pairs": pairs, "accuracy": accuracy,
        "pearson": overall, "pearson_within": within, "spearman_within": rank, "like_pairs": like,
        "like_accuracy": like_won / like if like else None, "baseline": "shorter-wins" if is_shorter else "longer-wins",
        "baseline_accuracy": base, "gain": accuracy - base,
        "gain_interval": interval(
            [(p, c, won, s if is_shorter else n - s, n) for p, c, won, s, n in items], resamples, seed),
    }


def discount(lines, grid, scorer, unit):
    """The entry "discount"; None where nothing was swept."""
    lines = [line for line in lines if line.sweep is not None and line.undiscounted is not None]
    pairs = sum(1 for line in lines for _ in line.pairs())
    if not pairs:
        return None
    points = []
    for place, (gamma, beta) in enumerate(grid):
        won = changed = 0.0
        for line in lines:
            for question, right, other in line.pairs():
                scores, plain = line.sweep[place][question], line.undiscounted[question]
                choice = compare(scores[right], scores[other])
                won += win(choice)
                changed += choice != compare(plain[right], plain[other])
        _, within, rank = correlations(lines, lambda line: line.sweep[place])
        points.append({"gamma": gamma, "beta": beta, "accuracy": won / pairs, "pearson_within": within,
                       "spearman_within": rank, "changed": changed / pairs})
    return {"scorer": scorer, "unit": unit, "pairs": pairs, "points": points}


def differences(place, found, told):
    if isinstance(found, dict) and isinstance(told, dict):
        return [d for k in {**found, **told} for d in differences(f"{place}.{k}", found.get(k), told.get(k))]
    if isinstance(found, list) and isinstance(told, list) and len(found) == len(told):
        return [d for i, (f, t) in enumerate(zip(found, told)) for d in differences(f"{place}[{i}]", f, t)]
    return [] if found == told else [f"{place}: {found} recomputed, {told} in results.json"]


def shown(value):
    return "-" if value is None else f"{value:.3f}"


def main(folder):
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        results = json.load(file)
    with open(os.path.join(folder, "items.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    lines = [line for line in lines if "scores" in line and "right" in line]
    unit = "tokens" if any("tokens" in line for line in lines) else "characters"
    resamples, seed = results["resamples"], int(results["fingerprint"]["seed"])
    faults = []
    for row in results["scorers"]:
        own = [Line(line, unit) for line in lines if line["scorer"] == row["name"] and unit in line]
        found = length(own, unit, resamples, seed)
        faults += differences(f"{row['name']}: length", found, row.get("length"))
        if found:
            low, high = found["gain_interval"]
            print(f"{row['name']}: {found['pairs']} pairs, won {shown(found['accuracy'])}, gain {shown(found['gain'])} "
                  f"[{shown(low)}, {shown(high)}] over {found['baseline']}, like length {shown(found['like_accuracy'])} of "
                  f"{found['like_pairs']}, r {shown(found['pearson'])}, within {shown(found['pearson_within'])}, "
                  f"rank within {shown(found['spearman_within'])}")
        told = results.get("discount")
        if told and told["scorer"] == row["name"]:
            grid = [(point["gamma"], point["beta"]) for point in told["points"]]
            faults += differences("discount", discount(own, grid, row["name"], unit), told)
            print(f"{row['name']}: {len(grid)} discounts")
    print("\n".join(faults) if faults else "equal")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
