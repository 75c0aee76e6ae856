"""QR codes for a terminal, two rows of squares in a line of text."""

import locale
import os
import sys
from itertools import zip_longest
from typing import TextIO

import click
import segno

# By whether the upper square is dark, and the lower one.
BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
# Of the 256 colours: the first sixteen are what a theme makes of them.
BLACK, WHITE = 16, 231


def drawn(text: str) -> str:
    """Return the lines of a QR code, dark on light whatever the terminal's own colours are."""
    rows = [bytes(row) for row in segno.make_qr(text).matrix_iter()]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=bytes(len(rows[0])))
    lines = ["".join(BLOCKS[pair] for pair in zip(*two, strict=True)) for two in pairs]
    return "\n".join(click.style(line, fg=BLACK, bg=WHITE) for line in lines)


def can_be_drawn(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that shows the blocks, as far as it says."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    encodings = [stream.encoding]
    if sys.platform != "win32":  # Python writes UTF-8 in the locale C, whatever the terminal reads
        encodings.append(locale.getencoding())
    try:
        for encoding in encodings:
            "".join(BLOCKS.values()).encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
