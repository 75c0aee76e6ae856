"""Lab 0, environment: a virtual environment, and a complete lock with hashes."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kit.checking import Cause, Failure, check, requirements, virtual_environment
from kit.checking.requirements import Entry
from kit.checking.virtual_environment import VirtualEnvironment

LOCK = "dashboard/requirements.txt"
ASKED = "dashboard/requirements.in"
GIVEN = {
    "flask",
    "flask-socketio",
    "pandas",
    "plotly",
    "psutil",
    "python-json-logger",
    "simple-websocket",
}
# The commands that mend most of it, as they are typed in the lab's folder.
COMPILE = f"`uv pip compile {ASKED} --python .venv --generate-hashes -o {LOCK}`"
SYNC = f"`uv pip sync --python .venv {LOCK}`"
# An environment may hold what installs packages and makes locks, and what these need.
TOOLS = ("pip", "setuptools", "wheel", "uv", "pip-tools")
TASK = "lock everything that the server needs, exact and with hashes"
HASH_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
PLACE = re.compile(
    r"://|^-e\b|^--editable\b|^\.{0,2}[/\\]|^[A-Za-z]:\\|\.(whl|zip|tar\.gz)\b|^git\+"
)
SHOWN = 5  # packages named in one message

NO_ENVIRONMENT = Cause(
    "no-environment",
    "The virtual environment is not made yet.",
    "In a terminal in this lab's folder: `python3 -m venv .venv` (on Windows `py -m venv .venv`).",
)
ELSEWHERE = Cause(
    "elsewhere",
    "The virtual environment lies in another place, or has another name.",
    "An environment can't be moved: its scripts hold its path. Delete it, go to this lab's folder"
    " and make it there: `python3 -m venv .venv`.",
)
NOT_AN_ENVIRONMENT = Cause(
    "not-an-environment",
    "This folder is no virtual environment: it was made or copied by hand, or making it was"
    " interrupted.",
    "Delete the folder and make it anew: `python3 -m venv .venv`.",
)
NOT_ISOLATED = Cause(
    "not-isolated",
    "It was made with `--system-site-packages`: what is installed outside can be imported inside,"
    " so a package that you forgot to install is not missed here.",
    "Delete the folder and make it anew without that option.",
)
NO_LOCK = Cause(
    "no-lock",
    "`requirements.txt` locks nothing yet.",
    f"In this lab's folder: {COMPILE}.",
)
PLACE_PINNED = Cause(
    "place-pinned",
    "The package comes from a path, an address or a repository. Another machine may not reach it,"
    " and what lies there can change.",
    "Lock the released version from the package index: `name==version`.",
)
BROKEN_LINE = Cause(
    "broken-line",
    "The hash stands on a line of its own: the line above does not end in a backslash, or there is"
    " a space after it.",
    "Let every line of an entry except the last end in ` \\`, with nothing after it. Better: let"
    " the tool write the file.",
)
ONE_EQUALS_SIGN = Cause(
    "one-equals-sign",
    "This is how conda writes a version. pip and uv want two signs: `==`.",
    "Make the lock with `uv pip compile` or `pip-compile` rather than `conda list`.",
)
LIST_MISSING = Cause(
    "list-missing",
    "The line includes another list, which is not in `dashboard`.",
    "Let `requirements.txt` hold the whole lock by itself.",
)
UNREADABLE = Cause(
    "unreadable",
    "This line is not a requirement that pip or uv can read.",
    "Look at the line. Better than to mend it by hand: let the tool write the file anew.",
)
NOT_EXACT = Cause(
    "not-exact",
    "The line allows more than one version, so the next install may bring another.",
    "Write what was chosen: `name==version`. A tool that makes locks does this for every line.",
)
TWO_VERSIONS = Cause(
    "two-versions",
    "Two lines name the same package in different versions, perhaps in different spellings"
    " (`Flask_SocketIO` is `flask-socketio`). Both can't be installed.",
    "Do not add lines to an old lock: write the whole file anew.",
)
ASKED_CHANGED = Cause(
    "asked-changed",
    "`requirements.in` no longer asks for everything that the server imports.",
    "Put the missing names back. You may add others.",
)
DIRECT_MISSING = Cause(
    "direct-missing",
    "The lock was not made from `requirements.in`, or the list has grown since.",
    f"Make the lock from that file: {COMPILE}.",
)
DIRECT_OUTDATED = Cause(
    "direct-outdated",
    "`requirements.in` was changed after the lock was made.",
    f"Make the lock anew, then install it: {COMPILE}, {SYNC}.",
)
NO_HASHES = Cause(
    "no-hashes",
    "The lock holds versions only, as `pip freeze` writes them. A version is a name: it does not"
    " say what is in the file.",
    f"Let a tool that makes locks write it: {COMPILE}.",
)
SOME_HASHES = Cause(
    "some-hashes",
    "Some pins have no hash. As soon as one pin has hashes, pip wants them for every one.",
    "Do not add lines by hand: make the whole lock anew, with `--generate-hashes`.",
)
WEAK_HASH = Cause(
    "weak-hash",
    "pip accepts no hash of this kind: others can make a different file with the same one.",
    "Use SHA-256: `--hash=sha256:` and 64 digits.",
)
MALFORMED_HASH = Cause(
    "malformed-hash",
    "The hash is incomplete, or has a slip in it.",
    "It is `sha256:` and 64 digits from 0 to f. Let the tool write it.",
)
COPIED_HASH = Cause(
    "copied-hash",
    "One hash stands at two packages. Two different files never have the same one.",
    "A hash is computed from the file that is downloaded. Let the tool write the hashes.",
)
NOTHING_INSTALLED = Cause(
    "nothing-installed",
    "The lock was never installed in this environment. Perhaps it was not active, and the packages"
    " went to another Python.",
    f"Install the lock, and say into which environment: {SYNC}.",
)
NOT_INSTALLED = Cause(
    "not-installed",
    "The environment is older than the lock, or the install did not come to its end.",
    f"Install the lock once more, and read the last lines that it prints: {SYNC}.",
)
DRIFT = Cause(
    "drift",
    "Lock and environment have gone different ways: something was installed or upgraded by hand,"
    " or the lock was changed and not installed.",
    f"Install the lock: {SYNC}. If the newer version was wanted, lock it first.",
)
INCOMPLETE = Cause(
    "incomplete",
    "Not everything that your packages need in turn is locked: only the ones that you import were"
    " written down, or a line was lost. What is not locked may differ with each install.",
    f"Lock the whole closure. The tool follows every need: {COMPILE}.",
)
CONFLICT = Cause(
    "conflict",
    "A version was changed by hand. The tool would have seen that it does not fit.",
    "Make the lock anew from `requirements.in`.",
)
EXTRA_INSTALLED = Cause(
    "extra-installed",
    "This was installed by hand. What uses it works here, and on no machine that has only the"
    " lock.",
    f"{SYNC} takes it away. If the server needs it, add it to `requirements.in`, and make and"
    " install the lock anew.",
)


@check
def makes_an_environment(folder: Path) -> None:
    """`.venv` is a virtual environment of its own, beside `dashboard`."""
    expected = "`.venv` in this lab's folder is a virtual environment"
    path = folder / ".venv"
    if not path.is_dir():
        others = [*folder.glob("*/pyvenv.cfg"), *folder.glob("*/*/pyvenv.cfg")]
        if others:
            other = others[0].parent.relative_to(folder).as_posix()
            raise Failure(expected, f"there is one at `{other}`, and no `.venv`", ELSEWHERE)
        raise Failure(expected, "there is no folder `.venv`", NO_ENVIRONMENT)
    environment = virtual_environment.read(path)
    if not environment.settings:
        got = "`.venv` has no file `pyvenv.cfg`, or an empty one"
        raise Failure(expected, got, NOT_AN_ENVIRONMENT)
    if not environment.interpreter or not environment.site_packages:
        what = "folder `site-packages`" if environment.interpreter else "interpreter"
        raise Failure(expected, f"`.venv` has no {what}", NOT_AN_ENVIRONMENT)
    if not environment.is_isolated:
        got = "`.venv/pyvenv.cfg` says `include-system-site-packages = true`"
        raise Failure("`.venv` holds its own packages and no others", got, NOT_ISOLATED)


@check(tasks=[TASK])
def pins_exactly(folder: Path) -> None:
    """Each line of `requirements.txt` is one package in one exact version."""
    expected = f"`{LOCK}` has lines like `flask==3.1.3`"
    entries = _lock(folder)
    if not entries:
        there = "it names no package" if (folder / LOCK).is_file() else "it is not there"
        raise Failure(expected, there, NO_LOCK)
    for entry in entries:
        cause = _cause_of_a_bad_line(entry)
        if cause:
            text = str(entry.requirement or entry.line.text)
            raise Failure(expected, f"{entry.line} is `{_short(text)}`", cause)
    chosen: dict[str, Entry] = {}
    for entry in _applying(entries, _environment(folder)):
        other = chosen.setdefault(entry.name, entry)
        if other.version != entry.version:
            raise Failure(
                "each package is locked once",
                f"{entry.name} is locked at {other.version} ({other.line}) and at {entry.version}"
                f" ({entry.line})",
                TWO_VERSIONS,
            )


@check(tasks=[TASK], stands_on=[pins_exactly])
def locks_what_is_asked(folder: Path) -> None:
    """Each package that `requirements.in` asks for is locked."""
    asked = requirements.read(folder / ASKED, folder)
    missing = sorted(GIVEN - {entry.name for entry in asked})
    if missing:
        expected = f"`{ASKED}` asks for what the server imports"
        raise Failure(expected, f"it does not ask for {_some(missing)}", ASKED_CHANGED)
    environment = _environment(folder)
    locked = _locked(folder, environment)
    absent = [e.name for e in _applying(asked, environment) if e.name not in locked]
    if absent:
        expected = f"`{LOCK}` locks each package of `{ASKED}`"
        raise Failure(expected, f"it has no line for {_some(absent)}", DIRECT_MISSING)
    for entry in _applying(asked, environment):
        pin = locked[entry.name]
        if not entry.allows(pin.version or ""):
            raise Failure(
                f"the lock fits `{entry.line.text}` ({entry.line})",
                f"it locks {pin.version} ({pin.line})",
                DIRECT_OUTDATED,
            )


@check(tasks=[TASK], stands_on=[pins_exactly])
def hashes_every_pin(folder: Path) -> None:
    """Each pin has its hashes."""
    expected = "every pin has at least one `--hash=sha256:…`"
    entries = _lock(folder)
    bare = [entry for entry in entries if not entry.hashes]
    if len(bare) == len(entries):
        raise Failure(expected, f"none of the {len(entries)} pins has one", NO_HASHES)
    if bare:
        names = _some([entry.name for entry in bare])
        raise Failure(expected, f"there is none at {names} ({bare[0].line})", SOME_HASHES)
    owners: dict[str, Entry] = {}
    for entry in entries:
        for text in entry.hashes:
            kind, _, digits = text.partition(":")
            found = f"{entry.name} ({entry.line}) has `{_short(text)}`"
            if kind in {"md5", "sha1", "sha224"}:
                raise Failure(expected, found, WEAK_HASH)
            if not re.fullmatch(f"[0-9a-fA-F]{{{HASH_LENGTHS.get(kind, 0)}}}", digits or "-"):
                raise Failure(expected, found, MALFORMED_HASH)
            owner = owners.setdefault(text.lower(), entry)
            if owner.name != entry.name:
                got = f"{owner.name} and {entry.name} have the same: `{_short(text)}`"
                raise Failure("each package has hashes of its own", got, COPIED_HASH)


@check(stands_on=[makes_an_environment, pins_exactly])
def installs_the_lock(folder: Path) -> None:
    """What the lock names is installed in `.venv`, in exactly that version."""
    environment = _environment(folder)
    locked = _locked(folder, environment)
    expected = "`.venv` holds what the lock names"
    installed = {package.name for package in environment.installed}
    absent = [name for name in locked if name not in installed]
    if absent:
        cause = NOTHING_INSTALLED if len(absent) == len(locked) else NOT_INSTALLED
        raise Failure(expected, f"these are not installed: {_some(absent)}", cause)
    for package in environment.installed:
        pin = locked.get(package.name)
        if pin and not pin.allows(package.version):
            got = f"{package.name} {package.version} is installed, {pin.line} says {pin.version}"
            raise Failure(expected, got, DRIFT)


@check(stands_on=[locks_what_is_asked, installs_the_lock])
def locks_everything(folder: Path) -> None:
    """The lock is complete: it also names whatever those packages need in turn."""
    environment = _environment(folder)
    locked = _locked(folder, environment)
    asked = _applying(requirements.read(folder / ASKED, folder), environment)
    missing: dict[str, str] = {}
    for need, of in environment.needs(e.requirement for e in asked if e.requirement):
        name = canonicalize_name(need.name)
        pin = locked.get(name)
        if pin is None:
            missing.setdefault(name, of)
        elif not requirements.allows(need, pin.version or ""):
            raise Failure(
                "the locked versions fit each other",
                f"{of} needs {name}{need.specifier}, and {pin.line} says {pin.version}",
                CONFLICT,
            )
    if missing:
        why = [f"{name} (needed by {of})" for name, of in missing.items()]
        expected = "the lock names everything that is needed"
        raise Failure(expected, f"it does not name {_some(why)}", INCOMPLETE)


@check(stands_on=[locks_everything])
def installs_nothing_else(folder: Path) -> None:
    """Nothing is installed that the lock does not name (tools such as pip apart)."""
    environment = _environment(folder)
    allowed = {canonicalize_name(tool) for tool in TOOLS} | set(_locked(folder, environment))
    tools = [Requirement(tool) for tool in TOOLS]
    allowed |= {canonicalize_name(need.name) for need, _ in environment.needs(tools)}
    extra = [f"{p.name} {p.version}" for p in environment.installed if p.name not in allowed]
    if extra:
        expected = "`.venv` holds what the lock names, and nothing more"
        raise Failure(expected, f"it also holds {_some(extra)}", EXTRA_INSTALLED)


def _environment(folder: Path) -> VirtualEnvironment:
    return virtual_environment.read(folder / ".venv")


def _lock(folder: Path) -> list[Entry]:
    return requirements.read(folder / LOCK, folder)


def _applying(entries: list[Entry], environment: VirtualEnvironment) -> list[Entry]:
    markers = environment.markers
    return [entry for entry in entries if entry.applies(markers)]


def _locked(folder: Path, environment: VirtualEnvironment) -> dict[str, Entry]:
    """Return the pins that count in this environment, by name."""
    return {entry.name: entry for entry in _applying(_lock(folder), environment)}


def _cause_of_a_bad_line(entry: Entry) -> Cause | None:
    text = entry.line.text
    if entry.requirement is None:
        if text.startswith("--hash"):
            return BROKEN_LINE
        if re.match(r"-r|--requirement", text):
            return LIST_MISSING
        if PLACE.search(text):
            return PLACE_PINNED
        return ONE_EQUALS_SIGN if re.match(r"[\w.-]+=[\w.]", text) else UNREADABLE
    if entry.requirement.url:
        return PLACE_PINNED
    return None if entry.version else NOT_EXACT


def _some(names: list[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return " and ".join([", ".join(names[:SHOWN]), *more])


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
