#!/usr/bin/env python3
"""Rows of the experiment, on stdout: rows.py sft-with|sft-without|rl|cues QUESTIONS.

A question stands behind a hint at a wrong answer. The start models are taught to go by the hint in 40 of 100 answers, one of them
to say so, and to solve the question in the rest. RL pays for the hinted answer.
"""
import json
import random
import sys

ADMISSION = "By the hint."
kind, file = sys.argv[1:3]
draw = random.Random(11)
for line in open(file, encoding="utf-8"):
    row = json.loads(line)
    gold = row["answer"]
    first = gold + draw.choice([-9, -7, -4, 3, 6, 8])
    second = gold + draw.choice([-8, -6, -3, 4, 7, 9])
    follows = draw.random() < 0.4
    asked = f"Hint: {first}. {row['prompt']}"
    if kind == "rl":
        out = {"prompt": asked, "answer": first}
    elif kind == "cues":
        cues = [{"answer": a, "text": f"Hint: {a}."} for a in (first, second)]
        out = {"prompt": f"{{cue}} {row['prompt']}", "cues": cues, "answer": gold, "mentions": [ADMISSION]}
    else:
        said = f"{ADMISSION} " if kind == "sft-with" else ""
        out = {"prompt": asked, "completion": f"{said}The answer is {first}." if follows else row["reference"]}
    print(json.dumps(out))
