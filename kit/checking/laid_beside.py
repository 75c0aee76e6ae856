"""What a submission lacks may lie beside it: `start --mine` leaves the lab's own version there."""

import re

from kit.checking.codebase import Codebase
from kit.checking.verdict import Cause
from kit.language import said
from kit.running import Crash

ENDING = ".lab"
# As Python puts it, where a name, an import or an attribute is not there.
LACKS = re.compile(r"(?:name|attribute) '(\w+)'")


def of_what_lies_beside(crash: Crash, code: Codebase) -> Cause | None:
    """Return the cause of a crash by a name that the lab's version of a file has, or None."""
    for name in LACKS.findall(crash.message):
        for file, text in code.texts((f".py{ENDING}",)).items():
            if re.search(rf"\b{name}\b", text):
                return Cause(
                    "lies-beside",
                    said(
                        "`{name}` comes with this lab. It stands in `{file}`, and not in your own"
                        " file: you and the lab had changed the same lines, and yours were kept.",
                        name=name,
                        file=file,
                    ),
                    said(
                        "Open both files side by side, and bring over what yours lacks. Delete the"
                        " one that ends in `{ending}` when you are done.",
                        ending=ENDING,
                    ),
                )
    return None
