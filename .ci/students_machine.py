"""What a student's machine must be able to do with the packages of requirements.txt alone.

Imports every module, plays the course from its first lab to its last, and asks the demo for its
page. Run it in the project's environment, before anything has installed requirements-tests.txt:
`.venv/bin/python .ci/students_machine.py`. Ends with 0, or with what has failed.
"""

import importlib
import pkgutil
import subprocess
import sys
import tempfile
import urllib.request
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "reference")]

from tests import course_copy, whole_course  # noqa: E402  (found by the line above)

# What needs packages that come with a command of its own: hypothesis, Sphinx, nbclient.
NOT_FOR_STUDENTS = ("kit.bench.harm.bad", "kit.bench.harm.fuzz", "kit.site", "kit.lesson.execution")
KIT = [sys.executable, "-m", "kit"]


def import_every_module() -> int:
    names = ["kit", "dashboard"]
    for name in names:
        package = importlib.import_module(name)
        found = pkgutil.iter_modules(getattr(package, "__path__", []), f"{name}.")
        names += [one.name for one in found if not one.name.startswith(NOT_FOR_STUDENTS)]
    return len(names)


def play_the_course() -> int:
    """Play it in a copy, and return how many labs it has. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        course = course_copy.make(Path(folder, "course"))
        whole_course.play(course)
        subprocess.run([*KIT, "check", "--all"], cwd=course.root, check=True)
        return len(course.labs)


def ask_the_demo() -> str:
    command = [*KIT, "demo", "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            line = next((line for line in demo.stdout if "The dashboard is at " in line), "")
            address = line.partition("The dashboard is at ")[2].split()[0]
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
                assert b"<title>" in answer.read()
        finally:
            demo.terminate()
    return address


if __name__ == "__main__":
    assert find_spec("hypothesis") is None, "the packages of requirements-tests.txt are there"
    print(f"{import_every_module()} modules can be imported")
    print(f"{play_the_course()} labs are passed, one after another, by who does what is asked")
    print(f"the demo answered at {ask_the_demo()}")
