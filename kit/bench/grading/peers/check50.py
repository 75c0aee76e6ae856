"""check50: one run a submission, since it has no other way."""

import json
from pathlib import Path

from kit.bench.grading.peers import job
from kit.bench.grading.peers.running import run

NAME, VERSION = "check50", "3.5.0"
HEAD = """
import check50
import check50.py


@check50.check()
def exists():
    \"\"\"app.py exists\"\"\"
    check50.exists("app.py")
"""


def packages() -> list[str]:
    return [f"check50=={VERSION}", "setuptools<81", *job.libraries()]


def prepare(folder: Path, _python: Path) -> None:
    checks = folder / "checks"
    checks.mkdir()
    (checks / ".cs50.yaml").write_text("check50: true\n", "utf-8")
    tests = []
    for name in job.TESTS:
        head, body = job.function(name).split("\n", 1)
        names = (
            f'    """{name}"""\n'
            '    app = check50.py.import_("app.py")\n'
            "    create_app, socketio = app.create_app, app.socketio\n"
        )
        # check50 takes a failed assertion for an error of its own.
        tried = "    try:\n" + "".join(f"    {line}\n" for line in body.rstrip().splitlines())
        failed = '    except AssertionError:\n        raise check50.Failure("it does not")\n'
        head = head.replace("test_", "")
        tests.append(f"@check50.check(exists)\n{head}\n{names}{tried}{failed}")
    (checks / "__init__.py").write_text("\n\n".join([HEAD, *tests]), "utf-8")
    for one in job.submissions():
        (folder / "class" / one.name).mkdir(parents=True)
        (folder / "class" / one.name / "app.py").write_text(one.source, "utf-8")


def grade(folder: Path, python: Path) -> None:
    program = python.with_name("check50")
    for one in job.submissions():
        out = ["-o", "json", "--output-file", str(folder / f"{one.name}.json")]
        run(
            [program, "--dev", *out, str(folder / "checks")],
            folder / "class" / one.name,
            may_be=(0, 1),
        )


def points(folder: Path) -> dict[str, float]:
    found = {}
    for one in job.submissions():
        said = json.loads((folder / f"{one.name}.json").read_text("utf-8"))
        passed = [result["name"] for result in said["results"] if result["passed"]]
        found[one.name] = float(sum(name in job.TESTS for name in passed))
    return found
