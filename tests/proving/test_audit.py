"""The audit counts what goes wrong with checks: each deviation made to happen once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kit.course import Course, Lab
from kit.proving.audit import Report, audit, cases
from kit.proving.case import Deviation
from kit.proving.proof import load
from kit.proving.submission import SubmissionError
from kit.running import Launcher

REFERENCE = (
    '"""A server."""\n\n# lab 1: a name\nNAME = "right"\n\n# lab 1: a place\nPLACE = "here"\n'
)

CHECKS = '''
from kit.checking import Cause, Failure, check

WRONG_NAME = Cause("wrong-name", "It has another name.", "Call it right.")
NO_NAME = Cause("no-name", "It has no name.", "Give it one.")
WRONG_PLACE = Cause("wrong-place", "It is elsewhere.", "Put it here.")


def text(folder):
    return (folder / "dashboard" / "__init__.py").read_text()


@check(tasks=["a name"])
def is_named(folder):
    """It is named."""
    if 'NAME = "right"' not in text(folder):
        raise Failure("it is named", "it is not", WRONG_NAME if "NAME" in text(folder) else NO_NAME)


@check(tasks=["a place"], stands_on=[is_named])
def is_placed(folder):
    """It is placed."""
    if 'PLACE = "here"' not in text(folder):
        raise Failure("it is placed", "it is not", WRONG_PLACE)
'''

PROOF = """
from kit.proving import Edit, Right, Wrong

WRONG = [
    Wrong(
        "misnamed",
        "It was given another name.",
        [Edit("__init__.py", '"right"', '"wrong"')],
        fails={"is_named": "wrong-name"},
    ),
    Wrong(
        "misplaced",
        "It was put elsewhere.",
        [Edit("__init__.py", '"here"', '"there"')],
        fails={"is_placed": "wrong-place"},
    ),
]
RIGHT = [Right("longer", "It says more.", files={"more.py": "MORE = 1\\n"})]
"""


def course(folder: Path, checks: str = CHECKS, proof: str = PROOF) -> Course:
    for name, text in {
        "reference/dashboard/__init__.py": REFERENCE,
        "labs/01_toy/README.md": "# Lab 1: toy\n",
        "checks/lab_01_toy.py": checks,
        "checks/submissions/lab_01_toy.py": proof,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Course(folder)


def report(
    folder: Path,
    checks: str = CHECKS,
    proof: str = PROOF,
    *,
    repeat: int = 1,
    one_in: int = 1,
    tell: Callable[..., None] = lambda *_: None,
) -> Report:
    made = course(folder, checks, proof)
    with Launcher(warm=False) as launcher:
        return audit(made, made.labs, launcher, repeat=repeat, one_in=one_in, tell=tell)


def only(found: Report) -> Deviation:
    """Return the one deviation of a report, after a look at its counts."""
    (deviation,) = found.deviations
    counts = {
        "false accept": found.false_accepts,
        "false reject": found.false_rejects,
        "wrong diagnosis": found.wrong_diagnoses,
        "checker broke": found.checker_broke,
        "unproved": found.unproved,
    }
    assert counts == {kind: int(kind == deviation.kind) for kind in counts}
    assert not found.clean
    return deviation


def test_checks_that_are_proved_are_clean(tmp_path: Path) -> None:
    found = report(tmp_path, repeat=2)
    assert (found.labs, found.checks, found.known_wrong, found.other_right) == (1, 2, 2, 1)
    assert found.deviations == ()
    assert found.flakes == {"01_toy:is_named": 0, "01_toy:is_placed": 0}
    assert found.clean
    assert found.to_dict()["clean"] is True


def test_of_known_wrong_submissions_a_share_is_tried_and_another_after_a_change(
    tmp_path: Path,
) -> None:
    wrong = "".join(
        f"""    Wrong("name {n}", "Another name.", [Edit("__init__.py", '"right"', '"name {n}"')],
          fails={{"is_named": "wrong-name"}}),\n"""
        for n in range(20)
    )
    proof = PROOF.replace("WRONG = [\n", f"WRONG = [\n{wrong}")
    tried: list[str] = []
    found = report(tmp_path, proof=proof, one_in=3, tell=lambda case, *_: tried.append(case.name))
    assert {"starter", "solution", "longer"} <= {*tried}
    assert found.known_wrong == 22
    assert len(tried) == found.cases - found.left_out
    assert 0 < found.left_out < 22
    assert found.clean
    changed: list[str] = []
    report(tmp_path, f"{CHECKS}\n# A word more.\n", proof, one_in=3,
           tell=lambda case, *_: changed.append(case.name))  # fmt: skip
    assert {*changed} != {*tried}


def test_a_starter_that_passes_is_a_false_accept(tmp_path: Path) -> None:
    checks = CHECKS.replace("""'PLACE = "here"' not in""", "'there' in")
    checks = checks.replace("stands_on=[is_named]", "")
    deviation = only(report(tmp_path, checks))
    assert (deviation.kind, deviation.case, deviation.check) == (
        "false accept",
        "starter",
        "is_placed",
    )


def test_a_known_wrong_that_passes_is_a_false_accept(tmp_path: Path) -> None:
    proof = PROOF.replace("""\'"there"\'""", """\'"here"  # again\'""")
    deviation = only(report(tmp_path, proof=proof, repeat=2))
    assert (deviation.kind, deviation.case) == ("false accept", "misplaced")
    assert "passed, but should fail with 'wrong-place'" in deviation.text


def test_an_other_right_that_fails_is_a_false_reject(tmp_path: Path) -> None:
    checks = CHECKS.replace("""    if 'PLACE = "here"' not in text(folder):""",
                            """    more = (folder / "dashboard" / "more.py").exists()
    if more or 'PLACE = "here"' not in text(folder):""")  # fmt: skip
    deviation = only(report(tmp_path, checks, repeat=2))
    assert (deviation.kind, deviation.case, deviation.check) == (
        "false reject",
        "longer",
        "is_placed",
    )
    assert "failed: wrong-place: it is not" in deviation.text


def test_a_solution_that_fails_is_a_false_reject(tmp_path: Path) -> None:
    checks = CHECKS.replace("""'NAME = "right"' not in""", """'NAME = "left"' not in""")
    found = report(tmp_path, checks)
    assert {(d.kind, d.case) for d in found.deviations} >= {("false reject", "solution")}


def test_a_known_wrong_that_fails_elsewhere_as_well_is_a_false_reject(tmp_path: Path) -> None:
    proof = PROOF.replace("""\'"there"\'""", """\'"there"; NAME = 1\'""").replace(
        '[Edit("__init__.py", \'"here"\'',
        '[Edit("__init__.py", \'"right"\', \'"odd"\'), Edit("__init__.py", \'"here"\'',
    )
    checks = CHECKS.replace(", stands_on=[is_named]", "")
    deviation = only(report(tmp_path, checks, proof))
    assert (deviation.kind, deviation.case, deviation.check) == (
        "false reject",
        "misplaced",
        "is_named",
    )


def test_a_cause_that_is_not_the_one_expected_is_a_wrong_diagnosis(tmp_path: Path) -> None:
    deviation = only(report(tmp_path, proof=PROOF.replace('"wrong-name"', '"no-name"'), repeat=2))
    assert (deviation.kind, deviation.case) == ("wrong diagnosis", "misnamed")
    assert deviation.text.startswith("told 'wrong-name', not 'no-name'")


def test_a_check_that_breaks_is_said_to_have_broken(tmp_path: Path) -> None:
    checks = CHECKS.replace('"""It is placed."""', '''"""It is placed."""
    if (folder / "dashboard" / "more.py").exists():
        raise KeyError("ours")''')  # fmt: skip
    deviation = only(report(tmp_path, checks))
    assert (deviation.kind, deviation.case) == ("checker broke", "longer")
    assert "KeyError: 'ours'" in deviation.text


def test_a_check_without_a_known_wrong_is_unproved(tmp_path: Path) -> None:
    proof = PROOF[: PROOF.index('    Wrong(\n        "misplaced"')] + "]\nRIGHT = []\n"
    deviation = only(report(tmp_path, proof=proof))
    assert (deviation.kind, deviation.check) == ("unproved", "is_placed")


def test_a_check_that_is_not_there_proves_nothing(tmp_path: Path) -> None:
    proof = PROOF.replace('{"is_placed": "wrong-place"}',
                          '{"is_placed": "wrong-place", "was_renamed": "wrong-place"}')  # fmt: skip
    deviation = only(report(tmp_path, proof=proof))
    assert (deviation.kind, deviation.case, deviation.check) == (
        "unproved",
        "misplaced",
        "was_renamed",
    )


def test_a_cause_that_no_submission_is_told_is_unproved(tmp_path: Path) -> None:
    text = "".join(
        f"## {name}\nlikely: It is so.\nnext: Change it.\n\n"
        for name in ("wrong-name", "wrong-place", "no-place")
    )
    (tmp_path / "labs/01_toy").mkdir(parents=True)
    (tmp_path / "labs/01_toy/causes.md").write_text(text, encoding="utf-8")
    deviation = only(report(tmp_path))
    assert (deviation.kind, deviation.case) == ("unproved", "no-place")
    assert "no known-wrong submission is told this cause" in deviation.text


def test_a_check_of_two_minds_is_a_flake_and_counted_by_its_cases(tmp_path: Path) -> None:
    checks = CHECKS.replace('"""It is placed."""', '''"""It is placed."""
    if (folder / "dashboard" / "more.py").exists() and not SEEN:
        SEEN.append(1)
        raise Failure("it is placed", "it is not yet", WRONG_PLACE)''')  # fmt: skip
    found = report(tmp_path, checks.replace("def text", "SEEN = []\n\n\ndef text"), repeat=3)
    assert found.flakes == {"01_toy:is_named": 0, "01_toy:is_placed": 1}
    assert only(found).kind == "false reject"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"misplaced"', '"misnamed"', "two submissions have the same name"),
        ('"It says more."', '""', "longer has no story"),
        ('{"is_named": "wrong-name"}', "{}", "misnamed does not say what it fails"),
    ],
)
def test_a_list_of_submissions_that_proves_nothing_is_an_error(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    made = course(tmp_path, proof=PROOF.replace(old, new))
    with pytest.raises(SubmissionError, match=message):
        load(made.labs[0])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'\"right\"', '", "'nowhere', '", "misnamed: __init__.py holds this 0 times, not once"),
        ('[Edit("__init__.py", \'"right"', '[Edit("gone.py", \'"right"', "has no gone.py"),
        ('"It says more.",', '"It says more.", without=["gone.py"],', "has no gone.py"),
    ],
)
def test_a_submission_that_no_longer_fits_the_solution_is_an_error(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert PROOF.count(old) == 1
    with pytest.raises(SubmissionError, match=message):
        report(tmp_path, proof=PROOF.replace(old, new))


@pytest.mark.parametrize("lab", Course().labs, ids=lambda lab: lab.slug)
def test_every_submission_fits_its_lab(lab: Lab) -> None:
    _, solution, *submissions = cases(Course(), lab)
    assert [case.name for case in submissions if case.tree == solution.tree] == []
