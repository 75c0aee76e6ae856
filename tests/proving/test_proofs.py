"""What was proved before is not tried again, until something changes that decides about it."""

from pathlib import Path

import pytest

from kit.proving import proofs as module
from kit.proving.audit import Report, audit
from kit.proving.imports import imported
from kit.proving.proofs import Proofs, basis
from kit.running import Launcher
from tests.proving.test_audit import CHECKS, PROOF, course

ALL = {"starter", "solution", "misnamed", "misplaced", "longer"}
# A check that fails when a file says so, which is no part of any submission.
MOODY = CHECKS.replace(
    '"""It is placed."""',
    '''"""It is placed."""
    if MOOD.exists():
        raise Failure("it is placed", "it is in a mood", WRONG_PLACE)''',
).replace("def text", 'MOOD = Path(__file__).with_name("mood")\n\n\ndef text')
MOODY = MOODY.replace("from kit", "from pathlib import Path\n\nfrom kit", 1)


def kept(folder: Path) -> Path:
    return folder / ".cache" / "proofs.sqlite3"


def tried(
    folder: Path,
    checks: str = CHECKS,
    proof: str = PROOF,
    *,
    repeat: int = 1,
    fresh: bool = False,
) -> tuple[set[str], Report]:
    """Return which submissions an audit tries, and its report."""
    made = course(folder, checks, proof)
    names: list[str] = []
    with Launcher(warm=False) as launcher, Proofs(kept(folder), fresh=fresh) as proofs:
        report = audit(
            made,
            made.labs,
            launcher,
            repeat=repeat,
            proofs=proofs,
            tell=lambda case, *_: names.append(case.name),
        )
    assert len(names) == len(set(names)) == report.cases - report.proved_before
    return set(names), report


def test_what_held_is_not_tried_again(tmp_path: Path) -> None:
    first, before = tried(tmp_path)
    assert (first, before.proved_before) == (ALL, 0)

    again, report = tried(tmp_path)
    assert (again, report.proved_before) == (set(), 5)
    assert report.clean
    # The rest of the report is as if all had been tried.
    assert report.to_dict() == before.to_dict() | {"proved_before": 5}


def test_of_submissions_the_one_that_changed_is_tried(tmp_path: Path) -> None:
    tried(tmp_path)
    changed = PROOF.replace("MORE = 1", "MORE = 2")
    assert tried(tmp_path, proof=changed)[0] == {"longer"}
    assert tried(tmp_path, proof=changed)[0] == set()
    assert tried(tmp_path)[0] == set()  # back to what it was


def test_another_demand_on_a_submission_is_another_proof(tmp_path: Path) -> None:
    tried(tmp_path)
    names, report = tried(tmp_path, proof=PROOF.replace('"wrong-name"', '"no-name"'))
    assert (names, report.wrong_diagnoses) == ({"misnamed"}, 1)


def test_other_words_about_a_submission_change_nothing(tmp_path: Path) -> None:
    tried(tmp_path)
    renamed = PROOF.replace('"longer", "It says more."', '"chatty", "It talks."')
    assert tried(tmp_path, proof=renamed)[0] == set()


def test_a_changed_check_lets_all_of_its_lab_be_tried(tmp_path: Path) -> None:
    tried(tmp_path)
    assert tried(tmp_path, CHECKS + "\n# a comment\n")[0] == ALL


def test_of_two_labs_only_the_one_that_changed_is_tried(tmp_path: Path) -> None:
    for file in ("labs/02_more/README.md", "checks/lab_02_more.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(CHECKS if file.endswith(".py") else "# Lab 2\n", "utf-8")
    made = course(tmp_path)
    before = {lab.slug: basis(made, lab) for lab in made.labs}
    course(tmp_path, CHECKS + "\n# a comment\n")
    assert [lab.slug for lab in made.labs if basis(made, lab) != before[lab.slug]] == ["01_toy"]


def test_what_checks_import_and_the_causes_that_they_tell_count_with_them(tmp_path: Path) -> None:
    more = {
        "checks/contract.py": "from checks import shared\n",
        "checks/shared.py": 'OTHER = "02_other"\n',
        "checks/nobody.py": "",
        "labs/01_toy/causes.md": "",
        "labs/02_other/README.md": "# Lab 2: other\n",
        "labs/02_other/causes.md": "",
        "labs/03_third/README.md": "# Lab 3: third\n",
        "labs/03_third/causes.md": "",
    }
    made = course(tmp_path, "import checks.contract\n" + CHECKS)
    for name, text in more.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    lab = made.lab(1)
    counts = set()
    for name, text in more.items():
        before = basis(made, lab)
        (tmp_path / name).write_text(text + "# changed\n", encoding="utf-8")
        if basis(made, lab) != before:
            counts.add(name)
    assert counts == {
        "checks/contract.py",
        "checks/shared.py",
        "labs/01_toy/causes.md",
        "labs/02_other/causes.md",
    }


def test_the_machinery_the_lock_and_the_python_count_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = course(tmp_path)
    lab = made.lab(1)
    here = {basis(made, lab)}
    read = Path.read_bytes
    for name in (
        "kit/running/host.py",
        "kit/checking/http.py",
        "kit/temporary.py",
        "requirements.txt",
    ):
        changed = module.KIT.parent / name
        with monkeypatch.context() as patched:
            patched.setattr(
                Path,
                "read_bytes",
                lambda path, changed=changed: read(path) + b"# changed\n" * (path == changed),
            )
            here.add(basis(made, lab))
    with monkeypatch.context() as patched:
        patched.setattr(module.sys, "version", "3.99")
        here.add(basis(made, lab))
    assert len(here) == 6
    unrelated = module.KIT / "commands" / "audit.py"
    assert unrelated not in imported([lab.checks, Path(module.deciding.__file__)], [tmp_path])


def test_what_did_not_hold_is_tried_each_time(tmp_path: Path) -> None:
    wrong = PROOF.replace('"wrong-name"', '"no-name"')
    assert tried(tmp_path, proof=wrong)[0] == ALL
    names, report = tried(tmp_path, proof=wrong)
    assert (names, report.wrong_diagnoses, report.clean) == ({"misnamed"}, 1, False)


def test_a_proof_is_taken_back_where_it_does_not_hold_any_more(tmp_path: Path) -> None:
    tried(tmp_path, MOODY)
    (tmp_path / "checks" / "mood").touch()
    assert tried(tmp_path, MOODY)[1].clean  # nothing that counts has changed
    assert not tried(tmp_path, MOODY, fresh=True)[1].clean
    (tmp_path / "checks" / "mood").unlink()
    # The starter and what failed there anyhow held all the same.
    assert tried(tmp_path, MOODY)[0] == ALL - {"starter", "misnamed", "misplaced"}


def test_what_held_a_few_times_is_not_proved_to_hold_more_often(tmp_path: Path) -> None:
    tried(tmp_path)
    assert tried(tmp_path, repeat=2)[0] == ALL
    assert tried(tmp_path, repeat=2)[0] == set()
    assert tried(tmp_path, repeat=1)[0] == set()


def test_what_is_not_decided_the_same_way_each_time_is_not_kept(tmp_path: Path) -> None:
    # The starter may fail of whatever cause, so no deviation tells of it.
    fickle = CHECKS.replace("else NO_NAME", "else next(TURNS)").replace(
        "def text", "TURNS = cycle([NO_NAME, WRONG_PLACE])\n\n\ndef text"
    )
    fickle = "from itertools import cycle\n" + fickle.replace('(tasks=["a name"])', "")
    report = tried(tmp_path, fickle, repeat=2)[1]
    assert (report.deviations, report.flakes) == ((), {"01_toy:is_named": 1, "01_toy:is_placed": 0})
    assert tried(tmp_path, fickle, repeat=2)[0] == {"starter"}


def test_what_is_edited_while_it_is_tried_is_not_proved(tmp_path: Path) -> None:
    made = course(tmp_path)

    def edit(*_: object) -> None:
        made.lab(1).checks.write_text(CHECKS + "# edited\n", encoding="utf-8")

    with Launcher(warm=False) as launcher, Proofs(kept(tmp_path)) as proofs:
        assert audit(made, made.labs, launcher, proofs=proofs, tell=edit).clean
    assert tried(tmp_path)[0] == ALL


def test_asked_for_it_all_is_tried_and_kept(tmp_path: Path) -> None:
    tried(tmp_path)
    assert tried(tmp_path, fresh=True)[0] == ALL
    assert tried(tmp_path)[0] == set()


@pytest.mark.parametrize(
    "content", [b"this is no database", b"SQLite format 3\x00" + b"\xff" * 900]
)
def test_a_damaged_file_costs_only_time(tmp_path: Path, content: bytes) -> None:
    kept(tmp_path).parent.mkdir()
    kept(tmp_path).write_bytes(content)
    assert tried(tmp_path)[0] == ALL
    assert tried(tmp_path)[0] == set()


def test_where_nothing_can_be_kept_all_is_tried(tmp_path: Path) -> None:
    kept(tmp_path).parent.touch()  # a file where the folder would be
    assert tried(tmp_path)[0] == ALL
    names, report = tried(tmp_path)
    assert (names, report.clean) == (ALL, True)


def test_the_oldest_proofs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    with Proofs(kept(tmp_path)) as proofs:
        for key in "abcde":
            proofs.note(key, 1)
        assert proofs.holds("a")  # so it is the newest
    with Proofs(kept(tmp_path)) as proofs:
        assert [key for key in "abcde" if proofs.holds(key)] == ["a", "d", "e"]
