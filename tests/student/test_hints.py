"""The ladder of hints of each check."""

from pathlib import Path

import pytest

from kit.student.hints import HintsError, load


def test_each_check_has_its_ladder_in_order(tmp_path: Path) -> None:
    file = tmp_path / "hints.md"
    file.write_text(
        "# Hints\n\nFrom a nudge to the line.\n\n"
        "## greets\n\n1. Who is there?\n2. It is `connect`.\n   Look at it.\n\n"
        "3. Nearly:\n\n   ```python\n   def greet():\n       emit(...)\n   ```\n\n"
        "## `answers`\n1. Read.\n10. Read again.\n",
        encoding="utf-8",
    )
    assert load(file) == {
        "greets": [
            "Who is there?",
            "It is `connect`.\nLook at it.",
            "Nearly:\n\n```python\ndef greet():\n    emit(...)\n```",
        ],
        "answers": ["Read.", "Read again."],
    }


def test_a_lab_may_have_no_hints(tmp_path: Path) -> None:
    assert load(tmp_path / "hints.md") == {}


def test_a_heading_without_hints_is_told_to_the_author(tmp_path: Path) -> None:
    file = tmp_path / "hints.md"
    file.write_text("## greets\n\nOnly words.\n", encoding="utf-8")
    with pytest.raises(HintsError, match=r"hints\.md: greets has no hints"):
        load(file)
