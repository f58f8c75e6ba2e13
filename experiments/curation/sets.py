"""The training sets of one file of right pairs: sets.py PAIRS.jsonl writes noisy, kept, flipped and random .jsonl beside it."""
import json
import pathlib
import random
import sys

source = pathlib.Path(sys.argv[1])
right = [{**json.loads(line), "id": i} for i, line in enumerate(source.open())]


def turned(pair):
    return {**pair, "chosen": pair["rejected"], "rejected": pair["chosen"]}


def some(seed):
    """14 of 40 pairs."""
    return set(random.Random(seed).sample(range(len(right)), len(right) * 14 // 40))


def write(name, pairs):
    source.with_name(name + ".jsonl").write_text("".join(json.dumps(p) + "\n" for p in pairs))


wrong, chance = some(1), some(2)
noisy = [turned(p) if i in wrong else p for i, p in enumerate(right)]
write("noisy", noisy)
write("kept", [p for i, p in enumerate(noisy) if i not in wrong])
write("flipped", [turned(p) if i in wrong else p for i, p in enumerate(noisy)])
# As many of the pairs that are right now, turned round at random.
write("random", [turned(p) if i in chance else p for i, p in enumerate(right)])
