"""Writes cases.json: templates with what Python's Jinja2 renders under the settings of Hugging Face's transformers.

Run with Jinja2 3.1 installed:  python3 make_cases.py
The settings are those that transformers documents for chat templates; the templates are this project's own.
"""
import copy
import datetime
import json
import pathlib

import jinja2
import jinja2.ext
import jinja2.sandbox

NOON = datetime.datetime(2024, 7, 4, 12, 5, 9)


class Generation(jinja2.ext.Extension):
    """{% generation %}: renders its body in a scope of its own, as a call block does."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("render_body"), [], [], body).set_lineno(line)

    def render_body(self, caller):
        return caller()


def fail(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols, Generation])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = fail
environment.globals["strftime_now"] = NOON.strftime


def render(template, variables):
    try:
        return environment.from_string(template).render(**copy.deepcopy(variables))
    except Exception:
        return None


VARIABLES = {
    "n": 7, "x": 2.5, "s": "Hello World", "empty": "", "none": None, "yes": True, "big": 10 ** 20,
    "l": [3, 1, 2], "words": ["b", "A", "c", "a"], "d": {"b": 1, "a": [1, "x'y"], "items": 5},
    "people": [{"name": "Ann", "age": 31, "tags": {"x": 1}}, {"name": "bob", "age": 25}, {"name": "Cy", "age": 31}],
    "u": "a\U0001F600b\u00e9\u4e2d", "nested": [[1, 2], [3, [4, None]]], "lines": "one\ntwo\n\nthree", "html": "<a href=\"x\">T&C's</a>",
}


def expressions(group):
    text = (pathlib.Path(__file__).parent / f"{group}.txt").read_text(encoding="utf-8")
    return [{"template": "{{ " + line + " }}", "variables": VARIABLES} for line in text.splitlines() if line and not line.startswith("#")]


def templates(group):
    """Templates parted by lines of ====; a line of ---- parts a template from its variables."""
    text = (pathlib.Path(__file__).parent / f"{group}.txt").read_text(encoding="utf-8")
    cases = []
    for part in text.split("\n====\n"):
        template, _, variables = part.partition("\n----\n")
        cases.append({"template": template, "variables": json.loads(variables) if variables.strip() else VARIABLES})
    return cases


def main():
    folder = pathlib.Path(__file__).parent
    groups = {g: expressions(g) for g in ["expressions", "filters", "tests", "methods"]}
    groups |= {g: templates(g) for g in ["statements", "chats"]}
    for cases in groups.values():
        for case in cases:
            case["expected"] = render(case["template"], case["variables"])
    lines = []
    for group, cases in groups.items():
        rows = ",\n".join(json.dumps({k: v for k, v in c.items() if k != "variables" or v is not VARIABLES}) for c in cases)
        lines.append(f"{json.dumps(group)}: [\n{rows}\n]")
    shared = f'"": {json.dumps(VARIABLES)}'
    (folder / "cases.json").write_text("{" + shared + ",\n" + ",\n".join(lines) + "}\n", encoding="utf-8")
    for group, cases in groups.items():
        print(group, len(cases), "of which raise", sum(c["expected"] is None for c in cases))


if __name__ == "__main__":
    main()
