"""Submissions that prove the checks of lab 0.

The solution's environment is made up of files: what every package of the lock says of itself, as
it is installed where the proof runs.
"""

import re
from importlib.metadata import metadata

from checks import requirements, virtual_environment
from kit.course import Course
from kit.proving import Edit, Right, Wrong

SERVER = Course().reference
LOCK = (SERVER / "requirements.txt").read_text(encoding="utf-8")
ASKED = [
    line.partition(";")[0]
    for line in (SERVER / "requirements.in").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
HERE = virtual_environment.read(SERVER).markers
PINS = [e for e in requirements.read(SERVER / "requirements.txt", SERVER) if e.applies(HERE)]

VENV = "../.venv/"
SITE = f"{VENV}lib/python3/site-packages/"
CFG = f"{VENV}pyvenv.cfg"
PYTHON = f"{VENV}bin/python"
SETTINGS = (
    "home = /usr/bin\ninclude-system-site-packages = false\n"
    f"version = {HERE['python_full_version']}\n"
)


def _said(name: str) -> str:
    """Return what an installed package says of itself."""
    headers = metadata(name)
    needs = [f"Requires-Dist: {need}\n" for need in headers.get_all("Requires-Dist") or []]
    return (
        f"Metadata-Version: 2.1\nName: {headers['Name']}\nVersion: {headers['Version']}\n"
        f"{''.join(needs)}\nWords that say what it is for.\n"
    )


def _file(name: str, version: str, site: str = SITE) -> str:
    return f"{site}{name.replace('-', '_')}-{version}.dist-info/METADATA"


def _package(name: str, version: str, *needs: str) -> dict[str, str]:
    """Return the file of a package that is installed besides."""
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {need}" for need in needs)]
    return {_file(name, version): "\n".join(lines) + "\n\n"}


FLASK, WERKZEUG, NUMPY = (
    next(pin for pin in PINS if pin.name == name) for name in ("flask", "werkzeug", "numpy")
)
PACKAGES = {_file(pin.name, str(pin.version)): _said(pin.name) for pin in PINS}
BESIDE = {CFG: SETTINGS, PYTHON: "", f"{SITE}pip/__init__.py": "", **PACKAGES}

ONE_HASH = "sha256:" + "5f" * 32


def _entry(name: str) -> str:
    """Return what the lock says of a package, all lines of it."""
    found = re.search(rf"^{name}==[^\n]*\n(?: +[^\n]*\n)*", LOCK, re.MULTILINE)
    assert found is not None
    return found[0]


def _as_typed(*, hashes: bool = True, spelled: bool = False) -> str:
    """Return the lock for this system alone, an entry a line."""
    lines = []
    for pin in PINS:
        name = pin.name.replace("-", "_").title() if spelled else pin.name
        digests = "".join(f" --hash={text}" for text in pin.hashes) if hashes else ""
        lines.append(f"{name}=={pin.version}{digests}\n")
    return "".join(lines)


def _lock(text: str) -> dict[str, str]:
    return {"requirements.txt": text}


def _without(name: str) -> dict[str, str]:
    return _lock(LOCK.replace(_entry(name), ""))


def _instead(name: str, line: str) -> dict[str, str]:
    """Return the lock with another line in place of a package's entry."""
    return _lock(LOCK.replace(_entry(name), line + "\n"))


DIGEST = FLASK.hashes[0]

WRONG = [
    Wrong(
        "no_environment",
        "Everything was installed into the system's Python.",
        without=list(BESIDE),
        fails={"makes_an_environment": "no-environment"},
    ),
    Wrong(
        "another_name",
        "The environment is called venv.",
        without=list(BESIDE),
        files={name.replace("/.venv/", "/venv/"): text for name, text in BESIDE.items()},
        fails={"makes_an_environment": "elsewhere"},
    ),
    Wrong(
        "inside_the_package",
        "The environment was made in dashboard, not beside it.",
        without=list(BESIDE),
        files={name.removeprefix("../"): text for name, text in BESIDE.items()},
        fails={"makes_an_environment": "elsewhere"},
    ),
    Wrong(
        "folder_made_by_hand",
        "pip install --target put the packages into a plain folder.",
        without=[CFG, PYTHON],
        fails={"makes_an_environment": "not-an-environment"},
    ),
    Wrong(
        "no_interpreter",
        "The environment was copied without its interpreter.",
        without=[PYTHON],
        fails={"makes_an_environment": "not-an-environment"},
    ),
    Wrong(
        "system_site_packages",
        "The environment sees the packages of the system's Python.",
        [Edit(CFG, "packages = false", "packages = true")],
        fails={"makes_an_environment": "not-isolated"},
    ),
    Wrong(
        "empty_lock",
        "The file was emptied, and nothing written.",
        files=_lock("\n"),
        fails={"pins_exactly": "no-lock"},
    ),
    Wrong(
        "lock_has_another_name",
        "The lock was written to another file.",
        without=["requirements.txt"],
        files={"requirements.lock": LOCK},
        fails={"pins_exactly": "no-lock"},
    ),
    Wrong(
        "names_only",
        "The lock is a copy of requirements.in.",
        files=_lock("flask\nflask-socketio\npandas\nplotly\npsutil\n"),
        fails={"pins_exactly": "not-exact"},
    ),
    Wrong(
        "compatible_release",
        "A range that looks like a pin.",
        [Edit("requirements.txt", f"\nflask=={FLASK.version} ", f"\nflask~={FLASK.version} ")],
        fails={"pins_exactly": "not-exact"},
    ),
    Wrong(
        "wildcard",
        "== with a star allows many versions.",
        [Edit("requirements.txt", f"\nflask=={FLASK.version} ", "\nflask==3.* ")],
        fails={"pins_exactly": "not-exact"},
    ),
    Wrong(
        "includes_the_question",
        "The lock includes requirements.in, so that nothing is missing.",
        files=_lock("-r requirements.in\n" + LOCK),
        fails={"pins_exactly": "not-exact"},
    ),
    Wrong(
        "includes_what_is_not_there",
        "The lock includes another list, which was not handed in.",
        files=_lock("-r more.txt\n" + LOCK),
        fails={"pins_exactly": "list-missing"},
    ),
    Wrong(
        "from_git",
        "A package is taken from its repository.",
        files=_instead("flask", "flask @ git+https://github.com/pallets/flask@3.1.3"),
        fails={"pins_exactly": "place-pinned"},
    ),
    Wrong(
        "from_a_file",
        "A package is taken from a wheel on the student's own disk.",
        files=_instead("flask", f"./wheels/flask-{FLASK.version}-py3-none-any.whl"),
        fails={"pins_exactly": "place-pinned"},
    ),
    Wrong(
        "editable",
        "The student's own package is in the lock.",
        files=_lock(LOCK + "-e .\n"),
        fails={"pins_exactly": "place-pinned"},
    ),
    Wrong(
        "conda_list",
        "conda writes one equals sign.",
        files=_instead("flask", f"flask={FLASK.version}=pyhd8ed1ab_0"),
        fails={"pins_exactly": "one-equals-sign"},
    ),
    Wrong(
        "backslashes_lost",
        "The hashes stand on lines of their own.",
        files=_lock(LOCK.replace(" \\\n", "\n")),
        fails={"pins_exactly": "broken-line"},
    ),
    Wrong(
        "space_after_a_backslash",
        "A space after a backslash ends the entry.",
        files=_lock(LOCK.replace(" \\\n", " \\ \n", 1)),
        fails={"pins_exactly": "unreadable"},
    ),
    Wrong(
        "pip_list",
        "pip list writes a table.",
        files=_lock(f"Package Version\n------- -------\nflask   {FLASK.version}\n"),
        fails={"pins_exactly": "unreadable"},
    ),
    Wrong(
        "locked_twice",
        "A newer version was appended under another spelling.",
        files=_lock(LOCK + f"Flask==3.0.0 --hash={ONE_HASH}\n"),
        fails={"pins_exactly": "two-versions"},
    ),
    Wrong(
        "question_shortened",
        "A line was taken out of requirements.in.",
        [Edit("requirements.in", "psutil\n", "")],
        fails={"locks_what_is_asked": "asked-changed"},
    ),
    Wrong(
        "direct_missing",
        "One package that is asked for is not locked.",
        files=_without("psutil"),
        fails={"locks_what_is_asked": "direct-missing"},
    ),
    Wrong(
        "asked_for_more",
        "requirements.in grew after the lock was made.",
        [Edit("requirements.in", "psutil\n", "psutil\nhttpx\n")],
        fails={"locks_what_is_asked": "direct-missing"},
    ),
    Wrong(
        "asked_for_newer",
        "requirements.in asks for a version that the lock does not have.",
        [Edit("requirements.in", "psutil\n", "psutil>=999\n")],
        fails={"locks_what_is_asked": "direct-outdated"},
    ),
    Wrong(
        "frozen",
        "pip freeze writes no hashes.",
        files=_lock(_as_typed(hashes=False, spelled=True)),
        fails={"hashes_every_pin": "no-hashes"},
    ),
    Wrong(
        "one_hash_missing",
        "A line was added by hand.",
        files=_instead("flask", f"flask=={FLASK.version}"),
        fails={"hashes_every_pin": "some-hashes"},
    ),
    Wrong(
        "md5",
        "A hash of a kind that is not accepted.",
        files=_instead("flask", f"flask=={FLASK.version} --hash=md5:{'0' * 32}"),
        fails={"hashes_every_pin": "weak-hash"},
    ),
    Wrong(
        "hash_cut_short",
        "A hash was copied without its end.",
        [Edit("requirements.txt", DIGEST, DIGEST[:-4])],
        fails={"hashes_every_pin": "malformed-hash"},
    ),
    Wrong(
        "hash_without_its_kind",
        "Only the digits stand there, as sha256sum prints them.",
        [Edit("requirements.txt", DIGEST, DIGEST.removeprefix("sha256:"))],
        fails={"hashes_every_pin": "malformed-hash"},
    ),
    Wrong(
        "one_hash_for_all",
        "The same hash stands at every pin.",
        files=_lock(re.sub(r"sha256:\w+", ONE_HASH, LOCK)),
        fails={"hashes_every_pin": "copied-hash"},
    ),
    Wrong(
        "never_installed",
        "The lock was made and never installed.",
        without=list(PACKAGES),
        fails={"installs_the_lock": "nothing-installed"},
    ),
    Wrong(
        "one_not_installed",
        "The lock has grown since it was installed.",
        without=[_file("werkzeug", str(WERKZEUG.version))],
        fails={"installs_the_lock": "not-installed"},
    ),
    Wrong(
        "upgraded_by_hand",
        "pip install --upgrade flask changed the environment, not the lock.",
        [
            Edit(
                _file("flask", str(FLASK.version)),
                f"\nVersion: {FLASK.version}",
                "\nVersion: 3.0.2",
            )
        ],
        fails={"installs_the_lock": "drift"},
    ),
    Wrong(
        "direct_only",
        "The packages that are imported are locked, what they need is not.",
        files=_lock("".join(_entry(name) for name in ASKED)),
        fails={"locks_everything": "incomplete"},
    ),
    Wrong(
        "one_need_missing",
        "What two steps away is needed was left out, and not installed.",
        without=[_file("wsproto", next(str(p.version) for p in PINS if p.name == "wsproto"))],
        files=_without("wsproto"),
        fails={"locks_everything": "incomplete"},
    ),
    Wrong(
        "need_locked_for_another_system",
        "A marker takes a pin away on this system.",
        [
            Edit(
                "requirements.txt",
                f"\nwerkzeug=={WERKZEUG.version} ",
                f"\nwerkzeug=={WERKZEUG.version} ; python_version < '3' ",
            )
        ],
        fails={"locks_everything": "incomplete"},
    ),
    Wrong(
        "does_not_fit",
        "A version was lowered by hand, and installed without its needs being looked at.",
        [Edit("requirements.txt", f"\nwerkzeug=={WERKZEUG.version} ", "\nwerkzeug==2.0.0 ")],
        without=[_file("werkzeug", str(WERKZEUG.version))],
        files=_package("werkzeug", "2.0.0", "markupsafe"),
        fails={"locks_everything": "conflict"},
    ),
    Wrong(
        "installed_by_hand",
        "A package was installed by hand, and the lock does not know it.",
        files=_package("httpx", "6.0.0"),
        fails={"installs_nothing_else": "extra-installed"},
    ),
]


def _on_windows(name: str) -> str:
    return name.replace(SITE, f"{VENV}Lib/site-packages/").replace(
        PYTHON, f"{VENV}Scripts/python.exe"
    )


def _for_windows() -> dict[str, str]:
    """Return the solution's environment as Windows lays it out.

    gevent needs two more packages there, and click needs colorama.
    """
    there = HERE | {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    all_pins = requirements.read(SERVER / "requirements.txt", SERVER)
    made = BESIDE | _package("colorama", "0.4.6")
    for pin in all_pins:
        if pin.applies(there) and pin not in PINS:
            made |= _package(pin.name, str(pin.version))
    return {_on_windows(name): text for name, text in made.items()}


TOOLS = (
    _package("pip", "26.0")
    | _package("pip-tools", "7.5.0", "build>=1.0", "click>=8", "wheel", 'tomli; extra == "old"')
    | _package("build", "1.3.0", "pyproject_hooks")
    | _package("pyproject_hooks", "1.2.0")
    | _package("wheel", "0.45.1")
    | _package("setuptools", "80.0.0")
)

RIGHT = [
    Right(
        "a_line_each",
        "Only this system, one line an entry, the names in other spellings.",
        files=_lock(_as_typed(spelled=True)),
    ),
    Right(
        "pip_compile",
        "As pip-compile writes it: an index, a header, comments with each entry.",
        files=_lock(
            "#\n# This file is autogenerated by pip-compile with Python 3.11\n#\n"
            "--index-url https://pypi.org/simple\n\n"
            + "".join(
                f"{pin.name}=={pin.version} \\\n"
                + " \\\n".join(f"    --hash={text}" for text in pin.hashes)
                + "\n    # via -r requirements.in\n"
                for pin in PINS
            )
        ),
    ),
    Right(
        "windows_editor",
        "Windows line ends, and a mark at the file's start.",
        files=_lock("\ufeff" + LOCK.replace("\n", "\r\n")),
    ),
    Right(
        "windows_environment",
        "An environment as Windows lays it out, with what is needed only there.",
        without=list(BESIDE),
        files=_for_windows()
        | _lock(LOCK + f"colorama==0.4.6 ; sys_platform == 'win32' --hash={ONE_HASH}\n"),
    ),
    Right(
        "two_lists",
        "The lock is two files, and the first one includes the second.",
        files={
            "requirements.txt": "-r needs.txt\n" + _entry("flask"),
            "needs.txt": LOCK.replace(_entry("flask"), ""),
        },
    ),
    Right(
        "with_tools",
        "pip-tools was installed in the environment, with what it needs.",
        files=TOOLS,
    ),
    Right(
        "made_by_uv",
        "uv writes other settings, and links its folders.",
        files={
            CFG: "home = /opt/python\nimplementation = CPython\nuv = 0.9.5\n"
            f"version_info = {HERE['python_full_version']}\ninclude-system-site-packages = false\n"
            "prompt = roundtrip\n"
        },
    ),
    Right(
        "asked_for_more_and_locked",
        "requirements.in asks for one more, with an extra, and the lock knows it.",
        [Edit("requirements.in", "psutil\n", "psutil >= 5  # the machine\nhttpx[http2]\n")],
        files=_package("httpx", "6.0.0", 'h2>=3; extra == "http2"', 'rich; extra == "cli"')
        | _package("h2", "3.2.1")
        | _lock(
            f"{LOCK}httpx[http2]==6.0.0 --hash sha256:{'1a' * 32}\n"
            f"h2===3.2.1 --hash=sha256:{'2b' * 32}\n"
        ),
    ),
]
