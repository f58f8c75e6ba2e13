#!/usr/bin/env python3
"""Writes THIRD-PARTY-NOTICES.md: every package that the command ships, or that a library package asks for, and its licence.

    dotnet restore Innate.slnx && tools/notices.py

The packages are those with an assembly in src/*/obj/project.assets.json, which a restore writes; version, licence and copyright
are their own nuspec's. A licence without a text in tools/licences stops it: whether such a package may be shipped is a decision.
tests/Innate.Tests/Docs/NoticesTests.cs holds the file to the assets by another way.
"""
import collections
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ROOT / "tools" / "licences"

# Packages whose nuspec names a file or an address, not a licence: the licence that stands there.
READ_THERE = {"K4os.Compression.LZ4": "MIT", "Sylvan.Data.Csv": "MIT"}

HEAD = """# Third-party notices

Innate itself is under the [MIT licence](LICENSE). It is used together with the packages below. The command's package and the
folders that `tools/publish` makes carry their assemblies; the library packages name them as dependencies. The notices that a
package brings of what it contains in turn lie beside the command, in `notices/`. The folders that need no .NET also carry the
.NET and ASP.NET Core runtimes (MIT, Copyright (c) .NET Foundation and Contributors), with their notices in the same place.

`tools/notices.py` writes this file, and a test holds it to the packages that a restore finds.

| package | version | licence | copyright |
|---|---|---|---|
"""

DATA = """
Unicode's character database, version {version}, is in the tables of normalization
(`src/Innate/Text/Tokenization/UnicodeNormalizationData.cs`) under the Unicode licence.
"""


def packages():
    """Yields id, version, folder of every package that has an assembly for users of src/."""
    for path in sorted(ROOT.glob("src/*/obj/project.assets.json")):
        assets = json.loads(path.read_text())
        for key, library in assets["targets"]["net10.0"].items():
            if library["type"] != "package" or not any(f.endswith(".dll") for f in library.get("runtime", {})):
                continue
            places = [pathlib.Path(f) / assets["libraries"][key]["path"] for f in assets["packageFolders"]]
            yield *key.split("/"), next(p for p in places if p.exists())


def metadata(folder):
    """The nuspec's elements by name, without XML's namespaces."""
    root = xml.parse(next(folder.glob("*.nuspec"))).getroot()
    return {re.sub("{.*}", "", e.tag): e for e in root[0]}


def main():
    found = collections.defaultdict(dict)
    for name, version, folder in packages():
        found[name][version] = folder
    if not found:
        sys.exit("tools/notices.py: expected src/*/obj/project.assets.json, found none: run dotnet restore Innate.slnx first.")

    rows, used = [], {"Unicode"}
    for name in sorted(found, key=str.lower):
        versions = sorted(found[name])
        about = metadata(found[name][versions[-1]])
        declared = about.get("license")
        if name in READ_THERE:
            licence = READ_THERE[name]
        elif declared is not None and declared.get("type") == "expression":
            licence = declared.text
        else:
            sys.exit(f"tools/notices.py: {name}: expected a licence expression in its nuspec, found none: read its licence.")
        if not (TEXTS / f"{licence}.txt").exists():
            sys.exit(f"tools/notices.py: {name}: expected a licence of tools/licences, found '{licence}'.")
        used.add(licence)
        url = about["projectUrl"].text if "projectUrl" in about else about["repository"].get("url")
        holder = (about["copyright"] if "copyright" in about else about["authors"]).text
        rows.append(f"| [{name}]({url}) | {', '.join(versions)} | {licence} | {holder.strip()} |\n")

    data = (ROOT / "src/Innate/Text/Tokenization/UnicodeNormalizationData.cs").read_text()
    text = HEAD + "".join(rows) + DATA.format(version=re.search(r"Unicode (\d+\.\d+\.\d+)", data).group(1))
    for licence in sorted(used):
        text += f"\n## {licence}\n\n```text\n{(TEXTS / f'{licence}.txt').read_text().strip(chr(10))}\n```\n"
    (ROOT / "THIRD-PARTY-NOTICES.md").write_text(text)


if __name__ == "__main__":
    main()
