"""What the runs of experiments/stripes came to: ranks, run, pairs, all as JSON, picture as SVG."""
import json
import math
import random
import re
import subprocess
import sys
from bisect import bisect_left, bisect_right
from pathlib import Path


def area(high, low):
    """The chance that one of the first is above one of the second; a tie is half."""
    low = sorted(low)
    return sum(bisect_left(low, h) + bisect_right(low, h) for h in high) / (2 * len(high) * len(low))


def auc(rows):
    right = [r["rewards"][r["right"]] for r in rows]
    wrong = [x for r in rows for i, x in enumerate(r["rewards"]) if i != r["right"]]
    striped = [r for r in rows if r["right"] != len(r["rewards"]) - 1]
    return {
        "auc": area(right, wrong),
        "auc_against_flat": area([r["rewards"][r["right"]] for r in striped], [r["rewards"][-1] for r in striped]),
        "first": sum(max(range(9), key=r["rewards"].__getitem__) == r["right"] for r in rows) / len(rows),
    }


def ranks(files):
    """Each reward's areas, with 95 % percentile intervals over 200 draws of rows."""
    for name in files:
        rows = [json.loads(line) for line in open(name)]
        draw = random.Random(1)
        again = [auc([draw.choice(rows) for _ in rows]) for _ in range(200)]
        found = {}
        for key, value in auc(rows).items():
            spread = sorted(a[key] for a in again)
            found[key] = {"value": value, "low": spread[4], "high": spread[-6]}
        yield Path(name).stem.removeprefix("score-"), found


def pairs(innate, file):
    """Of each label's own pictures right and wrong ones, side by side, until one kind is used up; then from its beginning."""
    rows = [json.loads(line) for line in open(file)]
    asked = "".join(json.dumps({"response": p["text"], "label": r["answer"]}) + "\n" for r in rows for p in r["responses"])
    said = subprocess.run([innate, "stripes", "check"], input=asked, capture_output=True, text=True, check=True).stdout.split()
    lists, at = [], 0
    for row in rows:
        own = list(zip(row["responses"], said[at : at + len(row["responses"])]))
        at += len(own)
        right, wrong = ([p["ids"] for p, s in own if s == which] for which in "10")
        lists.append([
            {"prompt_ids": row["prompt_ids"], "chosen_ids": right[i % len(right)], "rejected_ids": wrong[i % len(wrong)]}
            for i in range(160)] if right and wrong else [])
    for i in range(160):
        for one in lists:
            if one:
                print(json.dumps(one[i]))


def interval(values):
    """Mean and Student's 95 % interval over seeds."""
    t = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}[len(values)]
    mean = sum(values) / len(values)
    half = t * math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    return {"mean": mean, "low": mean - half, "high": mean + half, "seeds": values}


def everything(folder):
    runs = Path(folder)
    methods = ["start", "grpo", "dpo-given", "dpo-own"]
    of = {m: [json.loads((runs / f"{m}-{s}.json").read_text()) for s in range(1, 4)] for m in methods}
    table = {m: {k: interval([r[k] for r in of[m]]) for k in ("learned", "held_out")} for m in methods}
    differences = {
        f"grpo less {m}": {k: interval([a[k] - b[k] for a, b in zip(of["grpo"], of[m])]) for k in ("learned", "held_out")}
        for m in methods if m != "grpo"}
    return {"ranks": json.loads((runs / "ranks.json").read_text()), "right": table, "paired": differences}


def picture(page, row):
    """A row of the page as one drawing that needs no style sheet."""
    text = Path(page).read_text()
    part = text.split(f"<h4>row {row}</h4>")[1].split("</div>")[0]
    grids = re.findall(r"<figcaption>(.*?)</figcaption><svg.*?>(.*?)</svg>", part, re.S)
    colours = {"warm": "33 102 172", "cold": "178 24 43"}
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(grids) * 9 - 1} 10" font-family="sans-serif" font-size="1">'
    for i, (name, cells) in enumerate(grids):
        cells = re.sub(r"<title>.*?</title>", "", cells).replace("></rect>", "/>")
        cells = cells.replace('class="light"', 'fill="#e9e6df"').replace('class="dark"', 'fill="#4b4f57"')
        cells = re.sub(
            r'class="(warm|cold)" style="--h:([\d.]+)"',
            lambda m: f'fill="rgb({colours[m[1]]})" fill-opacity="{0.15 + 0.85 * float(m[2]):.2f}"', cells)
        yield f'<g transform="translate({i * 9})"><text y="1" fill="#777">{name}</text><g transform="translate(0 1.5)">{cells}</g></g>'
    yield "</svg>"


match sys.argv[1]:
    case "picture":
        print("\n".join(picture(sys.argv[2], sys.argv[3])))
    case "ranks":
        print(json.dumps(dict(ranks(sys.argv[2:])), indent=1))
    case "run":
        learned, held = (json.loads(Path(f).read_text()) for f in sys.argv[2:4])
        print(json.dumps({"learned": learned["all"]["rate"], "held_out": held["all"]["rate"]}))
    case "pairs":
        pairs(sys.argv[2], sys.argv[3])
    case "all":
        print(json.dumps(everything(sys.argv[2]), indent=1))
