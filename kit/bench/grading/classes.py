"""A class to grade: what proves the checks of some labs, handed in by so many students."""

import json
import random
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from kit import cut
from kit.checking.verdict import Verdict
from kit.course import Course, Lab
from kit.proving.audit import cases
from kit.proving.case import Case, compare

# What an untouched starter tries when it is imported, to be worth something all the same, or to
# hold up the class. `tests/grading/attacks.py` has many more, on a lab of its own.
ATTACKS = {
    "ends well": "import os\nos._exit(0)",
    "ends a moment later": "import os, threading\nthreading.Timer(0.3, os._exit, (0,)).start()",
    "says that it has passed": """
import json, os
lines = [{"result": {"check": "", "lab": 0, "title": "", "outcome": "passed", "seconds": 0,
          "finding": None, "detail": ""}}, {"verdict": {"lab": 0, "results": [], "seconds": 0}}]
for number in range(1, 64):
    try:
        os.write(number, "".join(json.dumps(line) + "\\n" for line in lines).encode())
    except OSError:
        pass
""",
    "patches what checks": """
import builtins, json, sys, types
json.loads = lambda *_, **__: True
builtins.isinstance = lambda *_: True
for name in ("kit", "kit.checking", "kit.checking.runner", "checks"):
    sys.modules[name] = types.ModuleType(name)
""",
    "kills all that it sees": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "never ends": "while True: pass",
    "is a fork bomb": """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(20)
""",
    "takes all memory": "held = [bytearray(b'x' * (64 << 20)) for _ in range(200)]",
    "fills the disk": """
for place in ("/tmp", "/dev/shm", "/submission"):
    try:
        for number in range(10**6):
            open(f"{place}/{number}", "wb").write(bytes(1 << 22))
    except OSError:
        pass
""",
    "floods the log": """
import threading
def flood():
    for _ in range(20_000):
        print("x" * 200)
threading.Thread(target=flood, daemon=True).start()
""",
}
AMONG = 6  # other submissions there is one attack


def hand_in(course: Course, labs: list[Lab], students: int, folder: Path) -> list[tuple[str, Case]]:
    """Write a folder for each student; return who has handed in which case, lab by lab.

    Students take turns with the solution, the starter, all that proves the checks, and attacks.
    """
    handed_in = []
    for lab in labs:
        found = _mixed(cases(course, lab))
        for number, case in enumerate(islice(cycle(found), students), 1):
            name = f"student {number:03}"
            cut.write(case.tree, folder / name / "labs" / lab.slug / "dashboard")
            # Nobody's is another's, byte for byte: so that each is graded by itself.
            mine = folder / name / "labs" / lab.slug / "dashboard" / "whose.txt"
            mine.write_text(f"{name}\n", encoding="utf-8")
            handed_in.append((name, case))
    return handed_in


def _mixed(proof: list[Case]) -> list[Case]:
    """Return the solution, the starter, and then all others and attacks, always in one order."""
    starter = next(case for case in proof if case.kind == "starter")
    found = [next(case for case in proof if case.kind == "solution"), starter]
    others = [case for case in proof if case not in found]
    chance = random.Random(starter.lab.number)
    chance.shuffle(others)
    attacks = [_attack(starter, name) for name in ATTACKS]
    chance.shuffle(attacks)
    for place, attack in enumerate(attacks):
        others.insert(place * (AMONG + 1), attack)
    return found + others


def _attack(starter: Case, name: str) -> Case:
    """Return the starter, which tries this besides: it has to fail every check, as it does."""
    main = starter.tree["__init__.py"] + f"\n{ATTACKS[name]}\n".encode()
    return replace(starter, name=f"starter that {name}", tree=starter.tree | {"__init__.py": main})


def unlike(handed_in: list[tuple[str, Case]], gradebook: Path) -> list[str]:
    """Return whose verdict in `gradebook.json` is not what their submission deserves, and why."""
    found = json.loads(gradebook.read_text(encoding="utf-8"))
    labs = {
        (student["name"], lab["lab"]): lab["verdict"]
        for student in found["students"]
        for lab in student["labs"]
    }
    faults = []
    for student, case in handed_in:
        verdict = labs.get((student, case.lab.number))
        if verdict is None:
            faults.append(f"{student}, {case.name}: there is no verdict")
            continue
        faults += [
            f"{student}, {case.name}, {wrong.check}: {wrong.kind}"
            for wrong in compare(case, Verdict.from_dict(verdict))
        ]
    return faults
