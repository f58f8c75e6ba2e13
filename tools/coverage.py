#!/usr/bin/env python3
"""Which lines of the library the tests run, a row for each folder of src/Innate and each project beside it.

    tools/coverage.py [--filter FILTER] [--out FILE] [--read FILE]

Runs tests/Innate.Tests, which must be built (Release), under the collector that Microsoft.NET.Test.Sdk brings, and reads its
Cobertura file; --read reads one that is there already. The table goes to the screen, then the files of which fewer than half the
lines run; both go as JSON to FILE. Branches are not counted, nor is the code that the SDK generates.
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

# Our own assemblies alone, as they are compiled when they run: the collector would else rewrite those that lie where tests are
# built, and some that it rewrites do not load any more (FSharp.Core: "Bad IL range").
SETTINGS = """<RunSettings><DataCollectionRunSettings><DataCollectors><DataCollector friendlyName="Code Coverage"><Configuration>
<Format>Cobertura</Format>
<CodeCoverage>
<ModulePaths><Include>
<ModulePath>.*[\\/\\\\]([Ii]nnate|Innate\\.(?!Tests|Bench|Examples)[A-Za-z.]+)\\.dll$</ModulePath>
</Include></ModulePaths>
<EnableStaticManagedInstrumentation>False</EnableStaticManagedInstrumentation>
<EnableDynamicManagedInstrumentation>True</EnableDynamicManagedInstrumentation>
</CodeCoverage>
</Configuration></DataCollector></DataCollectors></DataCollectionRunSettings></RunSettings>
"""


def measure(folder, tests):
    """Runs the tests, and gives the file that the collector wrote."""
    settings = pathlib.Path(folder) / "coverage.runsettings"
    settings.write_text(SETTINGS)
    command = ["dotnet", "test", "tests/Innate.Tests", "-c", "Release", "--no-build", "--nologo", "--results-directory", folder,
               "--settings", str(settings)]
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
        path = pathlib.Path(source.get("filename"))
        if not path.is_relative_to(ROOT / "src") or "obj" in path.parts:
            continue
        place = path.relative_to(ROOT / "src").as_posix()
        for line in source.iter("line"):
            lines[place, int(line.get("number"))] |= int(line.get("hits")) > 0
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
    counts, files = (collections.defaultdict(lambda: [0, 0]) for _ in range(2))
    for (path, _), ran in lines.items():
        parts = path.split("/")
        place = "/".join(parts[:2]) if parts[0] == "Innate" and len(parts) > 2 else parts[0]
        for count in (counts[place], counts["all"], files[path]):
            count[0] += ran
            count[1] += 1
    order = sorted(counts, key=lambda n: (n == "all", n))
    print("| folder of `src` | lines | run by tests |\n|---|---|---|")
    for name in order:
        ran, count = counts[name]
        print(f"| {name} | {count} | {100 * ran / count:.1f}% |")
    seldom = sorted(n for n in files if 2 * files[n][0] < files[n][1])
    for name in seldom:
        print(f"{name}: {files[name][0]} of {files[name][1]} lines")
    if given.out:
        rows = [{"folder": n, "lines": counts[n][1], "run": counts[n][0]} for n in order]
        below = [{"file": n, "lines": files[n][1], "run": files[n][0]} for n in seldom]
        given.out.write_text(json.dumps({"filter": given.filter, "rows": rows, "below_half": below}, indent=2) + "\n")


if __name__ == "__main__":
    main()
