#!/usr/bin/env python3
"""Breaks formulas one at a time and tells which breaks no test sees.

    tools/mutants.py [--out FILE] [--work FOLDER]

All mutants (tools/mutants.json: a file under src/Innate, an expression that stands there once, what stands in its place) are
compiled at once into a copy of the tree, each beside the expression that it replaces; INNATE_MUTANT says which one is on. So
there is one build, and then one run of the formulas' tests for each mutant, and one with none, which must pass. What is
committed and what is not is copied alike. Results go to tests/Results/mutants.json (or FILE), the table to the screen. It exits
with 1 where a mutant survives. About ten minutes on two cores.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

MUTANTS = json.loads((ROOT / "tools" / "mutants.json").read_text())

# The tests of formulas and of what joins the work of several: without a model but the smallest, and a few seconds in all.
FILTER = "|".join(
    f"FullyQualifiedName~Innate.Tests.{name}"
    for name in (
        "Rewards.", "Verifiers.", "Audits.", "Learning.Objectives.", "Reinforcement.AdvantageTests",
        "Reinforcement.ObjectiveTests", "Reinforcement.OffPolicyObjectiveTests", "Reinforcement.KlEstimatorTests",
        "Reinforcement.BranchAndStepTests", "Reinforcement.ScheduleTests", "Reinforcement.GroupRewardTests", "Zoo.", "Rows.Shards.",
        "Runs.GatherRunTests", "Engines.EngineSpreadTests", "Engines.EnginePairTests.What_is_no_pair",
        "Engines.EnginePairTests.A_token_that_never_comes", "Learning.Ranks.RankTalkTests", "Learning.Ranks.ShareNodeTests",
        "Foundation.Forms.",
    )
)

SWITCH = """namespace Innate.Foundation;

internal static class Mutant
{
    public static readonly int On = int.Parse(
        Environment.GetEnvironmentVariable("INNATE_MUTANT") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
}
"""


def copy_of_the_tree(work):
    """A copy of all files that git knows or would add, with every mutant in its place."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    ).stdout.split(b"\0")
    listed = b"\0".join(f for f in files if f and (ROOT / os.fsdecode(f)).is_file())
    archive = subprocess.Popen(["tar", "-c", "--null", "-T", "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    unpack = subprocess.Popen(["tar", "-x"], cwd=work, stdin=archive.stdout)
    archive.stdin.write(listed)
    archive.stdin.close()
    if unpack.wait() or archive.wait():
        sys.exit("tools/mutants.py: the tree could not be copied.")
    for number, mutant in enumerate(MUTANTS, 1):
        path = work / "src" / "Innate" / mutant["file"]
        text = path.read_text()
        times = text.count(mutant["code"])
        if times != 1:
            sys.exit(f"tools/mutants.py: {mutant['file']}: expected '{mutant['code']}' once, found it {times} times.")
        both = f"(Mutant.On == {number} ? ({mutant['mutant']}) : ({mutant['code']}))"
        path.write_text(text.replace(mutant["code"], both))
    (work / "src" / "Innate" / "Foundation" / "Mutant.cs").write_text(SWITCH)


def tests_of(work, number):
    """Runs the formulas' tests with one mutant on: how many passed, how many failed."""
    run = subprocess.run(
        ["dotnet", "test", "tests/Innate.Tests", "-c", "Release", "--no-build", "--nologo", "--filter", FILTER],
        cwd=work, capture_output=True, text=True, env={**os.environ, "INNATE_MUTANT": str(number)},
    )
    counts = {k: int(v) for k, v in re.findall(r"(Failed|Passed): +(\d+)", run.stdout)}
    if not counts:
        sys.exit(f"tools/mutants.py: the tests did not run:\n{run.stdout}{run.stderr}")
    return counts["Passed"], counts["Failed"]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=pathlib.Path, default=ROOT / "tests" / "Results" / "mutants.json", help="where the results go")
    options.add_argument("--work", type=pathlib.Path, help="an empty folder for the copy, which is kept (default: temporary)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="innate-mutants-") as temporary:
        work = given.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        copy_of_the_tree(work)
        print("building ...", file=sys.stderr)
        build = subprocess.run(
            ["dotnet", "build", "tests/Innate.Tests", "-c", "Release", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false",
             "-p:ExemptFromLineWidth=true", "-p:TreatWarningsAsErrors=false"],
            cwd=work, capture_output=True, text=True,
        )
        if build.returncode:
            sys.exit(f"tools/mutants.py: the mutants do not compile:\n{build.stdout}")
        passed, failed = tests_of(work, 0)
        if failed:
            sys.exit(f"tools/mutants.py: {failed} tests fail without any mutant.")
        rows = []
        for number, mutant in enumerate(MUTANTS, 1):
            failing = tests_of(work, number)[1]
            rows.append({**mutant, "failing_tests": failing})
            seen = failing or "none: it survives"
            cells = [f"`{mutant[name]}`".replace("|", "\\|") for name in ("file", "code", "mutant")]
            print(f"| {' | '.join(cells)} | {seen} |", flush=True)
    survivors = sum(r["failing_tests"] == 0 for r in rows)
    result = {"tests": passed, "mutants": len(rows), "survivors": survivors, "rows": rows}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=2) + "\n")
    print(f"{len(rows)} mutants, {len(rows) - survivors} seen by {passed} tests, {survivors} survive")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
