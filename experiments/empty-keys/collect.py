"""One JSON of all audits: collect.py WORK_FOLDER. Each figure is the mean over seeds, with every seed's own beside it."""
import json
import pathlib
import sys

work = pathlib.Path(sys.argv[1])


def figures(scorer):
    return {k["key"]: {f: k[f] and {"share": k[f]["share"], "interval": k[f]["interval"]}
                       for f in ("called_right", "over_wrong", "over_right")} for k in scorer["keys"]}


trained = {}
for share in ("0", "0.1"):
    seeds = [json.loads((work / f"keys-{share}-{s}-audit" / "keys.json").read_text()) for s in (1, 2, 3)]
    runs = [figures(s["scorers"][0]) for s in seeds]
    trained[share] = {
        "prompts": seeds[0]["prompts"],
        "mean": {key: {f: None if runs[0][key][f] is None else sum(r[key][f]["share"] for r in runs) / len(runs)
                       for f in runs[0][key]} for key in runs[0]},
        "seeds": runs,
    }
own = json.loads((work / "own" / "keys.json").read_text())
print(json.dumps({
    "trained": trained,
    "own": {"prompts": own["prompts"], "scorers": {s["name"]: figures(s) for s in own["scorers"]}},
}, indent=1))
