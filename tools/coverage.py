#!/usr/bin/env python3
"""Which lines of the library the tests run, a row for each folder of src/Innate and each project beside it.

    tools/coverage.py [--filter FILTER] [--out FILE] [--read FILE]

Runs tests/Innate.Tests, which must be built (Release), under the collector that Microsoft.NET.Test.Sdk brings, and reads its
Cobertura file; --read reads one that is there already. The table goes to the screen, and as JSON to FILE. Branches are not counted.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent


def measure(folder, tests):
    """Runs the tests, and gives the file that the collector wrote."""
    command = ["dotnet", "test", "tests/Innate.Tests", "-c", "Release", "--no-build", "--nologo", "--results-directory", folder,
               "--collect", "Code Coverage;Format=Cobertura"]
    if tests:
        command += ["--filter", tests]
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode:
        sys.exit("tools/coverage.py: the tests fail; what they cover is not counted.")
    files = list(pathlib.Path(folder).rglob("*.cobertura.xml"))
    if len(files) != 1:
        sys.exit(f"tools/coverage.py: expected one file of the collector, found {len(files)}.")
    return files[0]


def lines_of(file):
    """Every line of src that can run, as (path below src, number): whether a test ran it."""
    lines = collections.defaultdict(bool)
    for source in xml.parse(file).iter("class"):
        path = source.get("filename").replace("\\", "/")
        if "/src/" not in path or "/obj/" in path:
            continue
        for line in source.iter("line"):
            lines[path.split("/src/")[-1], int(line.get("number"))] |= int(line.get("hits")) > 0
    if not lines:
        sys.exit(f"tools/coverage.py: {file}: expected lines of src, found none.")
    return lines


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--filter", help="only these tests, as of dotnet test (default: all)")
    options.add_argument("--out", type=pathlib.Path, help="a file for the rows as JSON")
    options.add_argument("--read", type=pathlib.Path, help="a Cobertura file that is there already; no test is run")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = lines_of(given.read or measure(folder, given.filter))
    counts = collections.defaultdict(lambda: [0, 0])
    for (path, _), ran in lines.items():
        parts = path.split("/")
        place = "/".join(parts[:2]) if parts[0] == "Innate" and len(parts) > 2 else parts[0]
        for name in (place, "all"):
            counts[name][0] += ran
            counts[name][1] += 1
    order = sorted(counts, key=lambda n: (n == "all", n))
    print("| folder of `src` | lines | run by tests |\n|---|---|---|")
    for name in order:
        ran, count = counts[name]
        print(f"| {name} | {count} | {100 * ran / count:.1f}% |")
    if given.out:
        rows = [{"folder": n, "lines": counts[n][1], "run": counts[n][0]} for n in order]
        given.out.write_text(json.dumps({"filter": given.filter, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
