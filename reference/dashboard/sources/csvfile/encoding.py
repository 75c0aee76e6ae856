# lab 2 (given): how the bytes of a file become text
"""Find out in which encoding a text was written, and decode it so that nothing is lost."""

import codecs
import re

from .. import SourceError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NO_TEXT = {
    b"PK": "an Excel workbook, or another zip file. Save its sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook. Save its sheet as CSV",
    b"\x1f\x8b": "compressed. Unpack it",
    b"BZh": "compressed. Unpack it",
    b"\xfd7zXZ": "compressed. Unpack it",
    b"(\xb5/\xfd": "compressed. Unpack it",
    b"7z\xbc\xaf": "compressed. Unpack it",
    b"%PDF-": "a PDF. Save its table as CSV",
    b"SQLite format 3": "an SQLite database. Export a table as CSV",
    b"PAR1": "a Parquet file. Export it as CSV",
    b"\x89HDF": "an HDF5 file. Export a table as CSV",
}
OTHER_TEXT = {
    r"<(?:!doctype html|html|head|body|table)\b": (
        "a web page, perhaps one that asks to sign in. Open it in a browser, and download the data"
    ),
    r"<\?xml\b": "XML. Export the data as CSV",
    r'\{\s*["}]|\[\s*(?:[{"\[]|-?\d[^\]]*,\s*$)': "JSON. Export the data as CSV",
    "version https://git-lfs": "a pointer to a file that Git LFS keeps. Run git lfs pull",
}
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
SURROGATES = re.compile(r"[\ud800-\udfff]")


def find_encoding(start: bytes) -> str:
    """Return the name of the encoding of a text that begins with `start`.

    It is what a mark at its start says; else UTF-8 or UTF-16 where the bytes fit; else Windows-1252
    (or Latin-1), in which any byte is a character. Raises SourceError where it is no text.
    """
    for beginning, what in NO_TEXT.items():
        if start.startswith(beginning):
            raise SourceError(f"It is no text: it is {what}, then try again.")
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return name
    half = len(start) // 2
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Most of what a CSV file holds has a zero byte as one of its two in UTF-16.
        if start[place::2].count(0) > half * 0.7 and start[1 - place :: 2].count(0) < half * 0.1:
            return name
    for name in ("utf-8", "cp1252", "latin-1"):
        try:
            # The last character may be cut in two.
            text = codecs.getincrementaldecoder(name)().decode(start)
        except UnicodeDecodeError:
            continue
        if name != "utf-8" and CONTROLS.search(text):
            break
        return name
    raise SourceError("It is not text in an encoding that is known. Save it as CSV in UTF-8.")


def refuse_other_text(text: str) -> None:
    """Raise SourceError where a text that begins like this one is of another kind than CSV."""
    for beginning, what in OTHER_TEXT.items():
        if re.match(rf"\s*(?:{beginning})", text, re.IGNORECASE):
            raise SourceError(f"It is no CSV file: it is {what}, then try again.")


class Decoder:
    """Decodes the bytes of a growing file, and gives back the bytes of a text exactly."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        # Both keep what is no character as a lone surrogate, which is encoded to the same bytes.
        self._errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        self.restart()

    def restart(self) -> None:
        """Forget the character of which only the first bytes have been decoded."""
        self._decoder = codecs.getincrementaldecoder(self.encoding)(self._errors)

    def decode(self, block: bytes) -> str:
        """Return the characters of the next `block`."""
        return self._decoder.decode(block)

    def size(self, text: str) -> int:
        """Return how many bytes `text` has, and a character that is decoded in part."""
        return len(text.encode(self.encoding, self._errors)) + len(self._decoder.getstate()[0])


def shown(text: str) -> str:
    """Return `text` with a replacement character for each byte that is none in its encoding."""
    return text if text.isascii() else SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
