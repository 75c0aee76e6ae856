"""Write the results in every format."""

import re
from pathlib import Path

from kit.grading.formats import (
    canvas,
    checks_csv,
    csv_file,
    json_file,
    junit,
    markdown,
    moodle,
    pages,
)
from kit.grading.results import ClassResults
from kit.language import _

FEEDBACK = "feedback"
GRADEBOOK = "gradebook.json"
IN_NO_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')  # on one system or another
LONGEST_NAME = 80  # characters, some of which take several bytes


def write(results: ClassResults, folder: Path) -> list[str]:
    """Write the results to `folder`, and return what has to be known about the files.

    What stands there from an earlier run is replaced.
    """
    files = feedback_files(results)
    for name, text in {
        "checks.csv": checks_csv.text(results),
        "gradebook.csv": csv_file.text(results),
        "canvas.csv": canvas.text(results),
        "moodle.csv": moodle.text(results),
        "junit.xml": junit.text(results),
        "summary.md": markdown.text(results),
        "class.html": pages.overview(results, files),
    }.items():
        _replace(folder / name, text)
    (folder / FEEDBACK).mkdir(exist_ok=True)
    for one in results.students:
        _replace(folder / files[one.student.name], pages.feedback(results, one))
    remarks = [
        _(
            "{file} leaves out whom {system} cannot tell: {unknown}."
            " A --roster with their ids helps."
        ).format(file=file, system=system, unknown="; ".join(unknown))
        for file, system, knows in (
            ("canvas.csv", "Canvas", canvas.knows),
            ("moodle.csv", "Moodle", moodle.knows),
        )
        if (unknown := [one.student.name for one in results.students if not knows(one)])
    ]
    if high := moodle.too_high(results):
        remarks.append(
            _("Moodle refuses moodle.csv, for points are above a lab's most: {high}.").format(
                high="; ".join(high)
            )
        )
    # What the next run begins with comes last: until then, it is the earlier one.
    _replace(folder / GRADEBOOK, json_file.text(results))
    return remarks


def feedback_files(results: ClassResults) -> dict[str, str]:
    """Return for each student the file of their page, as a path with slashes; no two are alike."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in results.students:
        name = one.student.name
        plain = IN_NO_NAME.sub("_", name).strip(" .")[:LONGEST_NAME] or "student"
        file, number = plain, 1
        while file.casefold() in taken:
            number += 1
            file = f"{plain} {number}"
        taken.add(file.casefold())
        found[name] = f"{FEEDBACK}/{file}.html"
    return found


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was."""
    mine = path.with_name(f".{path.name}.new")
    try:
        mine.write_bytes(text.encode("utf-8", errors="replace"))
        mine.replace(path)
    finally:
        mine.unlink(missing_ok=True)
