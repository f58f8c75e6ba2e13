"""A world of your own: a row of lamps, all of which are to be lit. Pressing one switches it and its neighbours.

    innate play --world 'command:python3 examples/worlds/lights.py'

It reads one JSON object a line from stdin, {"reset": SEED} or {"act": "TEXT"}, and answers each with a line.
"""
import json
import random
import sys

COUNT = 4
lamps, steps = [], 0


def seen():
    return " ".join(f"{i + 1}:{'on' if lit else 'off'}" for i, lit in enumerate(lamps))


def press(at):
    for i in (at - 1, at, at + 1):
        if 0 <= i < COUNT:
            lamps[i] = not lamps[i]


def reset(seed):
    global lamps, steps
    lamps, steps = [True] * COUNT, 0
    draw = random.Random(seed)
    while all(lamps):
        for at in range(COUNT):
            if draw.random() < 0.5:
                press(at)
    return {"observation": f"Light all lamps; say: press N. {seen()}"}


def act(text):
    global steps
    steps += 1
    words = text.split()
    valid = len(words) == 2 and words[0] == "press" and words[1] in [str(i + 1) for i in range(COUNT)]
    if valid:
        press(int(words[1]) - 1)
    solved = all(lamps)
    return {
        "observation": seen() if valid else "Nothing happens.",
        "reward": 1 if solved else 0,
        "done": solved or steps == 12,
        "solved": solved,
        "valid": valid,
    }


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(reset(asked["reset"]) if "reset" in asked else act(asked["act"])), flush=True)
