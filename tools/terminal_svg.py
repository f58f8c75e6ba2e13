#!/usr/bin/env python3
"""Draws what a command wrote to a terminal (ANSI colours) as an SVG: for the README.

    script -qc 'stty cols 96; COLORTERM=truecolor ./innate rank ...' /dev/null | tools/terminal_svg.py > docs/rank.svg
"""
import html, re, sys

CELL, LINE, LEFT, TOP = 8.43, 19, 24.5, 30
INK, DIM, PAPER = "#e6edf3", "#8b949e", "#0d1117"


def spans(line):
    """Yields (text, foreground, background, bold) between the colour commands of one line."""
    ink, paper, bold, at = INK, None, False, 0
    for match in re.finditer(r"\x1b\[([0-9;]*)([A-Za-z])", line):
        if match.start() > at:
            yield line[at : match.start()], ink, paper, bold
        at = match.end()
        if match.group(2) != "m":
            continue
        codes = [int(c or 0) for c in match.group(1).split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                ink, paper, bold = INK, None, False
            elif code == 1:
                bold = True
            elif code == 2:
                ink = DIM
            elif code == 22:
                ink, bold = INK, False
            elif code == 39:
                ink = INK
            elif code == 49:
                paper = None
            elif code in (38, 48) and codes and codes[0] == 2:
                colour = "#%02x%02x%02x" % tuple(codes[1:4])
                codes = codes[4:]
                if code == 38:
                    ink = colour
                else:
                    paper = colour
    if at < len(line):
        yield line[at:], ink, paper, bold


def main():
    text = sys.stdin.read().replace("\r", "")
    lines = text.strip("\n").split("\n")
    out, widest = [], 0
    for row, line in enumerate(lines):
        column, y = 0, TOP + row * LINE
        for part, ink, paper, bold in spans(line):
            x, width = LEFT + column * CELL, len(part) * CELL
            column += len(part)
            if paper:
                out.append(f'<rect x="{x:.1f}" y="{y - 14}" width="{width:.1f}" height="{LINE}" fill="{paper}"/>')
            if part.strip():
                weight = ' font-weight="bold"' if bold else ""
                out.append(
                    f'<text x="{x:.1f}" y="{y}" textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs" fill="{ink}"{weight} '
                    f'xml:space="preserve">{html.escape(part)}</text>'
                )
        widest = max(widest, column)
    width, height = 2 * LEFT + widest * CELL, TOP + len(lines) * LINE
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'font-family="ui-monospace,SFMono-Regular,Menlo,DejaVu Sans Mono,monospace" font-size="14">'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>' + "\n".join(out) + "</svg>"
    )


main()
