"""Each operator makes its change, and says so where it does not fit."""

import re
from pathlib import Path

import pytest

from kit.proving.by_hand import read
from kit.proving.operators import OPERATORS, Operation
from kit.proving.submission import SubmissionError, Wrong

EVENTS = '''"""Events."""

import os


@socketio.on("ask")
def ask(payload=None):
    """Answer."""
    with lock:
        count()
        emit("answer", {"ünï": 1}, to=room)
    for one in all():
        forget(one)
    return payload


def other(payload):
    count()
'''

CASES = [
    ('`"ünï": 1` becomes `"ünï": 2`', 'emit("answer", {"ünï": 1}', 'emit("answer", {"ünï": 2}'),
    ("without `count()`", "        count()\n        emit", "        emit"),
    ("without `for one in all()`", "    for one in all():\n        forget(one)\n", ""),
    ("without `forget(one)`", "        forget(one)", "        pass"),
    ("unwraps `with lock`",
     "    with lock:\n        count()\n        emit", "    count()\n    emit"),
    ("moves `count()` before `with lock`",
     "    with lock:\n        count()\n", "    count()\n    with lock:\n"),
    ("moves `count()` after `with lock`",
     '        count()\n        emit("answer", {"ünï": 1}, to=room)\n',
     '        emit("answer", {"ünï": 1}, to=room)\n    count()\n'),
    ("moves `count()` into `for one in all()`",
     '        count()\n        emit("answer", {"ünï": 1}, to=room)\n'
     "    for one in all():\n        forget(one)\n",
     '        emit("answer", {"ünï": 1}, to=room)\n'
     "    for one in all():\n        forget(one)\n        count()\n"),
    ("begins with `count()`", "    with lock", "    count()\n    with lock"),
    ("with `import json`", '"""Events."""\n', '"""Events."""\nimport json\n'),
    ("takes `sid` first", "ask(payload=None)", "ask(sid=None, payload=None)"),
    ("takes no default", "ask(payload=None)", "ask(payload)"),
    ("is `async`", "def ask", "async def ask"),
    ("is not registered", '@socketio.on("ask")\n', ""),
    ("is registered as `asks`", 'on("ask")', "on('asks')"),
    ("is in the namespace `/a`", 'socketio.on("ask")', "socketio.on('ask', namespace='/a')"),
    ("returns `None`", "return payload", "return None"),
    ("never returns", "return payload", "while True: __import__('time').sleep(1)"),
    ("sends `answer` under the name `said`", 'emit("answer"', "emit('said'"),
    ("sends `answer` to everyone",
     'emit("answer", {"ünï": 1}, to=room)', "socketio.emit('answer', {'ünï': 1})"),
    ("sends `answer` to `other`",
     'emit("answer", {"ünï": 1}, to=room)', "socketio.emit('answer', {'ünï': 1}, to=other)"),
    ("sends `answer` twice",
     "to=room)\n", "to=room)\n        emit('answer', {'ünï': 1}, to=room)\n"),
    ("sends `answer` as text", '{"ünï": 1}', "__import__('json').dumps({'ünï': 1})"),
    ("sends `answer` without `ünï`",
     '{"ünï": 1}', "{k: v for k, v in {'ünï': 1}.items() if k != 'ünï'}"),
    ("sends `answer` with `n` as `2`", '{"ünï": 1}', "{'ünï': 1} | {'n': 2}"),
    ("sends `answer` in the namespace `/a`",
     'emit("answer", {"ünï": 1}, to=room)', "emit('answer', {'ünï': 1}, to=room, namespace='/a')"),
    ("returns `answer` instead", 'emit("answer", {"ünï": 1}, to=room)', "return {'ünï': 1}"),
    ("returns `1`, is `async`, with `import json`", "return payload", "return 1"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new"), CASES, ids=[case[0] for case in CASES])
def test_an_operator_changes_one_place(what: str, old: str, new: str) -> None:
    assert EVENTS.count(old) == 1
    made = Operation("events.py", "line 1", what, "ask").made_in(EVENTS)
    compile(made, "events.py", "exec")
    if "," in what:
        assert (new in made, "async def ask" in made, "import json" in made) == (True, True, True)
    else:
        assert made == EVENTS.replace(old, new)


def test_every_operator_is_tried() -> None:
    tried = [case[0] for case in CASES]
    assert [one for one in OPERATORS if not any(re.fullmatch(one, what) for what in tried)] == []


@pytest.mark.parametrize(
    ("what", "function", "message"),
    [
        ("without `gone()`", "ask", "line 1: without `gone()`: it stands nowhere in ask"),
        ("without `count()`", None, "it stands 2 times, not once in the file"),
        ("`payload` becomes `None`", "ask", "this stands 2 times there, not once"),
        ("sends `welcome` twice", "ask", "a line that sends `welcome` stands nowhere in ask"),
        ("is `async`", None, "this is done to a function: name it"),
        ("is not registered", "gone", "there are 0 functions gone, not one"),
        ("returns `1`", "other", "it does not end with a return"),
        ("is registered as `a`", "other", "it has no decorator that names an event"),
        ("unwraps `count()`", "other", "nothing stands inside it"),
        ("goes away", "ask", "line 1: there is no operator 'goes away'. There are: `...` becomes"),
    ],
)
def test_an_operator_that_does_not_fit_is_an_error(
    what: str, function: str | None, message: str
) -> None:
    with pytest.raises(SubmissionError, match=re.escape(message)):
        Operation("events.py", "line 1", what, function).made_in(EVENTS)


def test_a_line_of_a_list_is_a_submission(tmp_path: Path) -> None:
    path = tmp_path / "lab_01.md"
    path.write_text(
        "## events.py, ask\n"
        "- without `count()` (nobody is counted) → answers: not-counted\n"
        "- returns `None`, is `async` → answers: no-answer, stays: gone\n\n"
        "## events.py\n- with `import json` → stays: gone\n",
        encoding="utf-8",
    )
    first, second, third = read(path)
    assert isinstance(second, Wrong)
    assert (first.name, first.story) == ("ask: without `count()`", "nobody is counted")
    assert second.story == "returns `None`, is `async`"
    assert second.fails == {"answers": "no-answer", "stays": "gone"}
    assert third.made_from({"events.py": EVENTS.encode()})["events.py"].startswith(
        b'"""Events."""\nimport json\n'
    )


@pytest.mark.parametrize("line", ["- is `async` → answers", "- → answers: gone"])
def test_a_line_without_a_cause_is_an_error(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lab_01.md"
    path.write_text(f"## events.py, ask\n{line}\n", encoding="utf-8")
    with pytest.raises(SubmissionError, match=r"lab_01\.md, line 2: a line is"):
        read(path)


def test_a_submission_may_begin_like_another(tmp_path: Path) -> None:
    path = tmp_path / "lab_01.md"
    text = (
        "## one → answers: gone\nA story.\n\n"
        "    events.py, other\n    -    count()\n    +    pass\n\n"
        "## two, like one → stays: gone\nAnother.\n\n    events.py, ask\n    -    return payload\n"
    )
    path.write_text(text, encoding="utf-8")
    _, two = read(path)
    made = two.made_from({"events.py": EVENTS.encode()})["events.py"].decode()
    assert "return payload" not in made
    assert made.endswith("def other(payload):\n    pass\n")
    path.write_text(text.replace("like one", "like none"), encoding="utf-8")
    with pytest.raises(SubmissionError, match="there is no submission none above this one"):
        read(path)
