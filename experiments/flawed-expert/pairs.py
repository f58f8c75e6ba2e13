"""Pairs of a right and a wrong answer to one question: pairs.py RIGHT.jsonl WRONG.jsonl; judging turns are left out."""
import json
import sys

for right, wrong in zip(*map(open, sys.argv[1:3])):
    a, b = json.loads(right), json.loads(wrong)
    if a["style"] is None or a["messages"][:-1] != b["messages"][:-1]:
        continue
    chosen, rejected = a["messages"][-1]["content"], b["messages"][-1]["content"]
    if chosen != rejected:
        print(json.dumps({"prompt": a["messages"][:-1], "chosen": chosen, "rejected": rejected}))
