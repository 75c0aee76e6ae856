"""Show an author what each tag covers: `python -m kit.cut.listing FILE…`."""

import sys
from pathlib import Path

from kit.cut.reach import CutError, Reach, reaches


def listing(source: str, name: str = "<reference>") -> str:
    """Return `source` with the labs that cover each line in front of it, innermost last.

    A tag begins with `+`, what it covers has `|`, what is given has `g` after its number. A line
    that nothing stands in front of is in every stage. Raises CutError as `reaches` does.
    """
    found = reaches(source, name)
    lines = source.splitlines()
    margins = [
        " ".join(_mark(reach, number) for reach in found if reach.first <= number <= reach.last)
        for number in range(1, len(lines) + 1)
    ]
    width = max((len(margin) for margin in margins), default=0)
    listed = (f"{m:{width}}  {line}".rstrip() for m, line in zip(margins, lines, strict=True))
    return "".join(f"{line}\n" for line in listed)


def _mark(reach: Reach, number: int) -> str:
    begins = "+" if number == reach.first else "|"
    return f"{begins}{reach.tag.lab}{'g' if reach.tag.given else ''}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        try:
            print(listing(Path(argument).read_text(encoding="utf-8"), argument), end="")
        except (CutError, OSError) as error:
            sys.exit(str(error))
