#!/usr/bin/env python3
"""The tables of docs/real-models.md, from the committed results alone.

    tables.py [RESULTS_FOLDER]
"""
import json
import os
import sys


def load(folder, name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def percent(x):
    return "-" if x is None else f"{100 * x:.1f}"


def gain(x):
    return "{:+.1f} [{:+.1f}, {:+.1f}]".format(*(100 * v for v in x))


def rm_bench(results):
    print("| scorer | overall | easy / normal / hard | pairs won | gain over the length rule | like length | r within |")
    print("|---|---|---|---|---|---|---|")
    for row in results["scorers"]:
        m, l = row["metrics"], row["length"]
        low, high = row["intervals"]["overall"]
        print(f"| `{row['name']}` | {percent(m['overall'])} [{percent(low)}, {percent(high)}] "
              f"| {' / '.join(percent(m[d]) for d in ('easy', 'normal', 'hard'))} | {percent(l['accuracy'])} "
              f"| {gain([l['gain'], *l['gain_interval']])} | {percent(l['like_accuracy'])} | {l['pearson_within'] or 0:.2f} |")


def halves(found):
    print(f"{found['choosing']} items choose, {found['reporting']} report; the length rule: {found['baseline']}, "
          f"{percent(found['baseline_reporting'])} of the reporting pairs.\n")
    print("| gamma | endogenous, choosing | reporting | gain | log-probabilities alone, choosing | reporting | gain | V's part, all |")
    print("|---|---|---|---|---|---|---|---|")
    first, second = (found["rewards"][r]["points"] for r in ("endogenous", "endogenous-logprob"))
    for a, b, v in zip(first, second, found["v_terms"]):
        print(f"| {a['gamma']:g} | {percent(a['choosing'])} | {percent(a['reporting'])} | {gain(a['gain'])} | {percent(b['choosing'])} "
              f"| {percent(b['reporting'])} | {gain(b['gain'])} | {gain(v['difference'])} |")


def answers(rows, by, name):
    print(f"| {by} | in the form | gain | right | gain | characters |\n|---|---|---|---|---|---|")
    for row in rows:
        if "characters" not in row:
            print(f"| {row[name]} | | | {percent(row['right'])} | | |")
            continue
        gains = [gain(row[g]) if g in row else "" for g in ("form_gain", "right_gain")]
        print(f"| {row[name]} | {percent(row['form'])} | {gains[0]} | {percent(row['right'])} | {gains[1]} "
              f"| {row['characters']:.0f} |")


def learned(rows):
    answers(rows, "reward", "arm")
    greedy = [row for row in rows if "greedy" in row]
    if not greedy:
        return
    print("\n| reward, greedy answers | in the form | right | yes | characters |\n|---|---|---|---|---|")
    for row in greedy:
        g = row["greedy"]
        print(f"| {row['arm']} | {percent(g['form'])} | {percent(g['right'])} | {percent(g['yes'])} | {g['characters']:.0f} |")


def surface(results):
    """Overall accuracy over gamma and beta, with the correlation of reward and length within a prompt."""
    sweep, within = results["sweep"], {(p["gamma"], p["beta"]): p["pearson_within"] for p in results["discount"]["points"]}
    print("| gamma | " + " | ".join(f"beta {b:g}" for b in sweep["beta"]) + " |")
    print("|---" * (1 + len(sweep["beta"])) + "|")
    for i, gamma in enumerate(sweep["gamma"]):
        cells = [f"{percent(sweep['surfaces']['overall'][i][j])} ({percent(sweep['surfaces']['easy'][i][j])}, "
                 f"{within[gamma, beta]:+.2f})" for j, beta in enumerate(sweep["beta"])]
        print(f"| {gamma:g} | " + " | ".join(cells) + " |")


def judges(found):
    """Accuracy and time of judges and rewards on the same items, and what the endogenous reward scores in a judge's time."""
    items = found["items"]
    response = next(s["seconds"] for s in found["scorers"] if s["name"] == "endogenous") / found["responses"]
    print("| scorer | overall | pairs won | ties | seconds an item | responses that the endogenous reward scores in that time |")
    print("|---|---|---|---|---|---|")
    for row in found["scorers"]:
        times = " | " if row["seconds"] is None else f"{row['seconds'] / items:.2f} | {row['seconds'] / items / response:.0f}"
        print(f"| `{row['name']}` | {percent(row['overall'])} [{', '.join(map(percent, row['interval']))}] "
              f"| {percent(row['pairs_won'])} | {row['ties']} of {found['pairs']} | {times} |")


def chosen(rows):
    answers(rows, "chosen by", "reward")


def plain(results):
    print("| scorer | " + " | ".join(results["scorers"][0]["metrics"]) + " |")
    print("|---|" + "---|" * len(results["scorers"][0]["metrics"]))
    for row in results["scorers"]:
        cells = [percent(value) if name not in row["intervals"] else
                 "{} [{}, {}]".format(percent(value), *map(percent, row["intervals"][name]))
                 for name, value in row["metrics"].items()]
        print(f"| `{row['name']}` | " + " | ".join(cells) + " |")


def main(folder):
    for name, title, show in (
            ("SmolLM2-135M-Instruct.rm-bench.json", "RM-Bench", rm_bench),
            ("SmolLM2-135M-Instruct.gamma.json", "Discount", halves),
            ("SmolLM2-135M-Instruct.sweep.json", "Gamma and beta", surface),
            ("SmolLM2-135M-Instruct.judges.json", "Judges at equal time", judges),
            ("SmolLM2-135M-Instruct.dsp.json", "DSP", plain),
            ("SmolLM2-135M-Instruct.best-of.json", "Best of eight", chosen),
            ("SmolLM2-135M-Instruct.rl.json", "Learned", learned)):
        found = load(folder, name)
        if found is None:
            continue
        print(f"\n## {title}\n")
        show(found)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    main(sys.argv[1] if len(sys.argv) == 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "results"))
