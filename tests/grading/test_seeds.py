"""An instructor's seed: other names, other numbers and another order; the same seed, the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import cut
from kit.checking import steady_number
from kit.checking.check import load
from kit.checking.renaming import Renaming
from kit.checking.runner import run
from kit.checking.variation import shuffled, varied, vary
from kit.checking.verdict import Outcome
from kit.course import Course
from kit.grading import intake
from kit.grading.grading import Grading
from kit.running import App, Launcher, source
from tests.grading.small_class import RIGHT, hand_in, make_course

APP = App("Testing", {"SOURCES": [source("Steady", id="b", names=["x"], step=1)]})
TWO = App("Testing", {"SOURCES": [source("Given", id=name, names=["x"], rows=[]) for name in "ba"]})
KNOWS_BY_HEART = "dashboards.get(name) if name in ('machine', 'stocks') else None"


@pytest.fixture(autouse=True)
def _no_seed_left() -> Iterator[None]:
    yield
    vary(None)


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    drawn = []
    for seed in ("one", "one", "two"):
        vary(seed)
        drawn.append((*varied((APP, TWO)), steady_number(1, 0), shuffled(range(20))))
    assert drawn[0] == drawn[1]
    assert all(one != other for one, other in zip(drawn[0], drawn[2], strict=True))
    vary(None)
    assert varied((APP,)) == ((APP,), Renaming())
    assert shuffled([2, 1]) == [2, 1]


def test_names_keep_their_order_and_foreign_sources_keep_their_names() -> None:
    vary("seed")
    (app,), renaming = varied((TWO,))
    assert renaming.names["a"] < renaming.names["b"]
    assert [one["id"] for one in app.settings["SOURCES"]] == [renaming.names[one] for one in "ba"]
    (private,), renaming = varied((App("Testing", {**TWO.settings, "PRIVATE": ["b"], "N": 1}),))
    assert (private.settings["PRIVATE"], private.settings["N"]) == ([renaming.names["b"]], 1)
    foreign = {"call": "dashboard.sources.replay.Replay"}
    mixed = App("Testing", {"SOURCES": [*TWO.settings["SOURCES"], foreign]})
    assert varied((mixed,))[1] == Renaming()


def test_each_side_hears_its_own_words() -> None:
    renaming = Renaming({"stocks": "xkcdqwzrtbcd"})
    assert renaming.to_app(("x", [{"dashboard": "stocks"}, 7])) == (
        "x",
        [{"dashboard": "xkcdqwzrtbcd"}, 7],
    )
    said = '["figure",{"dashboard":"xkcdqwzrtbcd","title":"Rows of xkcdqwzrtbcd","STO":"xkc"}]'
    assert renaming.from_app(said) == (
        '["figure",{"dashboard":"stocks","title":"Rows of stocks","STO":"sto"}]'
    )
    # Who says the course's own name knows it by heart, and is not believed.
    assert renaming.from_app('{"dashboard":"stocks"}') == '{"dashboard":"xkcdqwzrtbcd"}'
    assert renaming.path("/stocks/rows?of=stocks&x=1") == "/xkcdqwzrtbcd/rows?of=xkcdqwzrtbcd&x=1"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("STOCKS", "XKCDQWZRTBCD"),
        (" stocks ", " xkcdqwzrtbcd "),
        ("dashboard_stocks", "dashboard_xkcdqwzrtbcd"),
        ("\uff53tocks", "\uff58kcdqwzrtbcd"),
        ("sto", "xkc"),
        ("st", "st"),
        ("other", "other"),
    ],
)
def test_what_is_made_of_a_name_is_made_of_the_other(ours: str, theirs: str) -> None:
    assert Renaming({"stocks": "xkcdqwzrtbcd"}).to_app(ours) == theirs


@pytest.mark.parametrize(("seed", "by_heart"), [(None, Outcome.PASSED), ("s", Outcome.FAILED)])
def test_who_knows_the_names_by_heart_is_found_out(
    tmp_path: Path, seed: str | None, by_heart: Outcome
) -> None:
    course = Course()
    lab = course.lab(6)
    checks = [check for check in load(lab.checks) if check.name == "joins"]
    right = cut.stage(course.reference, 6)
    honest = b"dashboards.get(name) if isinstance(name, str) else None"
    assert honest in right["dashboards.py"]
    found = {}
    vary(seed)
    with Launcher() as launcher:
        for kind, line in (("right", honest), ("wrong", KNOWS_BY_HEART.encode())):
            text = right["dashboards.py"].replace(honest, line)
            files = right | {"dashboards.py": text}
            cut.write({f"dashboard/{name}": one for name, one in files.items()}, tmp_path / kind)
            found[kind] = run(checks, tmp_path / kind, launcher).results[0].outcome
    assert found == {"right": Outcome.PASSED, "wrong": by_heart}


def test_a_verdict_holds_for_its_seed_alone(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    hand_in(tmp_path / "class", "ana", RIGHT)
    handed_in = intake.read(tmp_path / "class", course)
    keys = [
        Grading(course, course.labs, handed_in, confined=True, seed=seed).left[0].key
        for seed in (None, "a", "a", "b")
    ]
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3
