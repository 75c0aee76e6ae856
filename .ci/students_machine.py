"""What a student's machine must be able to do with the packages of requirements.txt alone.

Imports every module, passes every lab with its solution, and asks the demo for its page. Run it in
the project's environment, before anything has installed requirements-tests.txt:
`.venv/bin/python .ci/students_machine.py`. Ends with 0, or with what has failed.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, STDOUT

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "reference")]

from kit import cut  # noqa: E402  (found by the line above)
from kit.course import Course, Lab  # noqa: E402

FOR_TESTS_ONLY = ("kit.bench.harm.bad", "kit.bench.harm.fuzz")  # they need hypothesis
KIT = [sys.executable, "-m", "kit"]


def import_every_module() -> int:
    names = ["kit", "dashboard"]
    for name in names:
        package = importlib.import_module(name)
        found = pkgutil.iter_modules(getattr(package, "__path__", []), f"{name}.")
        names += [one.name for one in found if not one.name.startswith(FOR_TESTS_ONLY)]
    return len(names)


def pass_every_lab() -> int:
    labs = Course(ROOT).labs
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits more than it computes
        for said in pool.map(passed, labs):
            print(said, end="", flush=True)
    return len(labs)


def passed(lab: Lab) -> str:
    """Return what `check` says of the solution of a lab. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        solution = cut.stage(Course(lab.root).reference, lab.number)
        cut.write(solution, Path(folder, "dashboard"))
        if lab.number == 0:
            make_the_environment(Path(folder))
        command = [*KIT, "check", str(lab.number), "--app", folder]
        checked = subprocess.run(
            command, cwd=ROOT, stdout=PIPE, stderr=STDOUT, text=True, errors="replace", check=False
        )
    if checked.returncode:
        print(checked.stdout)
        checked.check_returncode()
    return checked.stdout


def make_the_environment(folder: Path) -> None:
    """Do in a terminal what lab 0 asks for."""
    python = folder / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = folder / "dashboard" / "requirements.txt"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder / ".venv")], check=True)
    install = ["pip", "install", "--python", str(python), "--require-hashes", "-r", str(lock)]
    subprocess.run([*uv, *install], check=True)


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
    print(f"{pass_every_lab()} labs are passed by their solutions")
    print(f"the demo answered at {ask_the_demo()}")
