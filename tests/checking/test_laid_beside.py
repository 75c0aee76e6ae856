"""A name that is missing, where the lab's version of the file lies beside the student's."""

from pathlib import Path

import pytest

from kit.checking.causes import of_a_crash
from kit.checking.codebase import Codebase
from kit.running import Crash


@pytest.mark.parametrize(
    ("kind", "message", "during"),
    [
        ("NameError", "name 'publish' is not defined. Did you mean `push`?", "handler"),
        ("ImportError", "cannot import name 'publish' from 'dashboard.feed'", "import"),
        ("AttributeError", "module 'dashboard.feed' has no attribute 'publish'", "handler"),
    ],
)
def test_what_is_missing_is_named_with_the_place_where_it_lies(
    tmp_path: Path, kind: str, message: str, during: str
) -> None:
    package = tmp_path / "dashboard"
    package.mkdir()
    (package / "feed.py").write_text("x = 1\n", encoding="utf-8")
    crash = Crash(during, kind, message, None)
    without = of_a_crash(crash, Codebase(tmp_path))
    assert without.name != "lies-beside"
    (package / "feed.py.lab").write_text("def publish():\n    ...\n", encoding="utf-8")
    cause = of_a_crash(crash, Codebase(tmp_path))
    assert cause.name == "lies-beside"
    assert "`publish`" in cause.likely
    assert "`dashboard/feed.py.lab`" in cause.likely
    other = Crash(during, kind, message.replace("publish", "another"), None)
    assert of_a_crash(other, Codebase(tmp_path)) == without
