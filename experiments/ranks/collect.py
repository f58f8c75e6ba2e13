"""Steps a second of the runs in the working folder, as medians over pairs: collect.py PAIRS."""
import hashlib
import json
import statistics
import sys

PAIRS = range(1, int(sys.argv[1]) + 1)


def steps(run):
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def rate(run):
    """Steps a second between the sixth step and the last but one; the time of a step is told by what is left."""
    all_steps = [s for s in steps(run) if s["step"] > 0]
    n = len(all_steps)
    at = lambda k: all_steps[k - 1]["seconds_left"] * k / (n - k)
    return (n - 1 - 5) / (at(n - 1) - at(5))


def exchange(run):
    return statistics.median(s["exchange_seconds"] for s in steps(run)[5:])


def load(run):
    with open(f"{run}/load", encoding="utf-8") as file:
        return float(file.read())


def digest(run):
    with open(f"{run}/final/model.safetensors", "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def parameters(run):
    with open(f"{run}/final/model.safetensors", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    count = 0
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        size = 1
        for side in tensor["shape"]:
            size *= side
        count += size
    return count


def spread(values):
    return {"median": round(statistics.median(values), 4), "lowest": round(min(values), 4), "highest": round(max(values), 4)}


def pairs(model):
    runs = {ranks: [f"{model}-2-of{ranks}-{p}" for p in PAIRS] for ranks in (1, 2)}
    same = len({digest(r) for r in runs[1] + runs[2]}) == 1
    values = parameters(runs[1][0])
    return {
        "parameters": values,
        "same_bytes": same,
        "steps_a_second_1_rank": spread([rate(r) for r in runs[1]]),
        "steps_a_second_2_ranks": spread([rate(r) for r in runs[2]]),
        "gain_of_2_ranks": spread([rate(b) / rate(a) for a, b in zip(runs[1], runs[2])]),
        "exchange_seconds": spread([exchange(r) for r in runs[2]]),
        "exchange_share_of_step": spread([exchange(r) * rate(r) for r in runs[2]]),
        "bytes_a_rank_and_step": 2 * 4 * values // 2,
        "load_average_1_rank": spread([load(r) for r in runs[1]]),
        "load_average_2_ranks": spread([load(r) for r in runs[2]]),
    }


def shares():
    base = [rate(f"innate-tiny-1-of1-{p}") for p in PAIRS]
    return {
        str(n): spread([rate(f"innate-tiny-{n}-of1-{p}") / b for p, b in zip(PAIRS, base)])
        for n in (2, 8)
    }


def machines(values, ranks):
    sent = 2 * 4 * values * (ranks - 1) / ranks
    return {"ranks": ranks, "gigabytes": round(sent / 1e9, 2), "seconds_10_gbit": round(sent / 1.25e9, 2),
            "seconds_100_gbit": round(sent / 12.5e9, 3)}


print(json.dumps({
    "pairs": len(PAIRS),
    "innate-tiny": pairs("innate-tiny"),
    "medium": pairs("medium"),
    "one_process_with_shares_beside_none": shares(),
    "arithmetic": {name: [machines(values, r) for r in (2, 8, 64)] for name, values in
                   (("135M", 135e6), ("1.7B", 1.7e9), ("7B", 7e9), ("40M adapters", 40e6))},
}, indent=2))
