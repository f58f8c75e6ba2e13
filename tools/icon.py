#!/usr/bin/env python3
"""Draws docs/icon.png, the packages' icon: a row of tokens coloured by their reward, as `innate rank` shows them.

    python3 tools/icon.py            # writes docs/icon.png

Needs nothing but Python. The same script gives the same bytes.
"""

import pathlib
import struct
import zlib

SIZE = 128
OVERSAMPLING = 4  # points a pixel and direction, for smooth corners
PAPER, GOOD, FAIR, BAD, INK = (255, 255, 255), (46, 125, 87), (158, 205, 176), (200, 62, 56), (32, 38, 46)

# Left, top, right, bottom, radius, colour; later ones lie above earlier ones. The tokens' lines make an "i": the dot is the reward.
SHAPES = [
    (0, 0, 128, 128, 24, INK),
    (50, 18, 78, 46, 14, BAD),
    (22, 56, 46, 68, 4, FAIR),
    (50, 56, 78, 68, 4, GOOD),
    (82, 56, 106, 68, 4, FAIR),
    (22, 74, 46, 86, 4, FAIR),
    (50, 74, 78, 86, 4, GOOD),
    (82, 74, 106, 86, 4, FAIR),
    (22, 92, 46, 104, 4, FAIR),
    (50, 92, 78, 104, 4, GOOD),
    (82, 92, 106, 104, 4, FAIR),
]


def covers(shape, x, y):
    left, top, right, bottom, radius, _ = shape
    dx = max(left + radius - x, x - (right - radius), 0)
    dy = max(top + radius - y, y - (bottom - radius), 0)
    return left <= x < right and top <= y < bottom and dx * dx + dy * dy <= radius * radius


def pixel(column, row):
    red = green = blue = alpha = 0
    for i in range(OVERSAMPLING * OVERSAMPLING):
        x = column + (i % OVERSAMPLING + 0.5) / OVERSAMPLING
        y = row + (i // OVERSAMPLING + 0.5) / OVERSAMPLING
        above = [s for s in SHAPES if covers(s, x, y)]
        if above:
            r, g, b = above[-1][5]
            red, green, blue, alpha = red + r, green + g, blue + b, alpha + 1
    if alpha == 0:
        return bytes((*PAPER, 0))
    return bytes((red // alpha, green // alpha, blue // alpha, alpha * 255 // (OVERSAMPLING * OVERSAMPLING)))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def main():
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (pathlib.Path(__file__).parent.parent / "docs" / "icon.png").write_bytes(png)


if __name__ == "__main__":
    main()
