"""Lab 0, environment: a virtual environment, and a complete lock with hashes."""

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checks import requirements, virtual_environment
from checks.requirements import Entry
from checks.virtual_environment import VirtualEnvironment
from kit.checking import Cause, Failure, causes, check

why = causes(__file__)

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
# An environment may hold what installs packages and makes locks, and what these need.
TOOLS = ("pip", "setuptools", "wheel", "uv", "pip-tools")
TASK = "lock everything that the server needs, exact and with hashes"
HASH_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
PLACE = re.compile(
    r"://|^-e\b|^--editable\b|^\.{0,2}[/\\]|^[A-Za-z]:\\|\.(whl|zip|tar\.gz)\b|^git\+"
)
SHOWN = 5  # packages named in one message


@check
def makes_an_environment(folder: Path) -> None:
    """`.venv` is a virtual environment of its own, beside `dashboard`."""
    expected = "`.venv` in this lab's folder is a virtual environment"
    path = folder / ".venv"
    if not path.is_dir():
        others = [*folder.glob("*/pyvenv.cfg"), *folder.glob("*/*/pyvenv.cfg")]
        if others:
            other = others[0].parent.relative_to(folder).as_posix()
            raise Failure(expected, f"there is one at `{other}`, and no `.venv`", why.elsewhere)
        raise Failure(expected, "there is no folder `.venv`", why.no_environment)
    environment = virtual_environment.read(path)
    if not environment.settings:
        got = "`.venv` has no file `pyvenv.cfg`, or an empty one"
        raise Failure(expected, got, why.not_an_environment)
    if not environment.interpreter or not environment.site_packages:
        what = "folder `site-packages`" if environment.interpreter else "interpreter"
        raise Failure(expected, f"`.venv` has no {what}", why.not_an_environment)
    if not environment.is_isolated:
        got = "`.venv/pyvenv.cfg` says `include-system-site-packages = true`"
        raise Failure("`.venv` holds its own packages and no others", got, why.not_isolated)


@check(tasks=[TASK])
def pins_exactly(folder: Path) -> None:
    """Each line of `requirements.txt` is one package in one exact version."""
    expected = f"`{LOCK}` has lines like `flask==3.1.3`"
    entries = _lock(folder)
    if not entries:
        there = "it names no package" if (folder / LOCK).is_file() else "it is not there"
        raise Failure(expected, there, why.no_lock)
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
                why.two_versions,
            )


@check(tasks=[TASK], stands_on=[pins_exactly])
def locks_what_is_asked(folder: Path) -> None:
    """Each package that `requirements.in` asks for is locked."""
    asked = requirements.read(folder / ASKED, folder)
    missing = sorted(GIVEN - {entry.name for entry in asked})
    if missing:
        expected = f"`{ASKED}` asks for what the server imports"
        raise Failure(expected, f"it does not ask for {_some(missing)}", why.asked_changed)
    environment = _environment(folder)
    locked = _locked(folder, environment)
    absent = [e.name for e in _applying(asked, environment) if e.name not in locked]
    if absent:
        expected = f"`{LOCK}` locks each package of `{ASKED}`"
        raise Failure(expected, f"it has no line for {_some(absent)}", why.direct_missing)
    for entry in _applying(asked, environment):
        pin = locked[entry.name]
        if not entry.allows(pin.version or ""):
            raise Failure(
                f"the lock fits `{entry.line.text}` ({entry.line})",
                f"it locks {pin.version} ({pin.line})",
                why.direct_outdated,
            )


@check(tasks=[TASK], stands_on=[pins_exactly])
def hashes_every_pin(folder: Path) -> None:
    """Each pin has its hashes."""
    expected = "every pin has at least one `--hash=sha256:…`"
    entries = _lock(folder)
    bare = [entry for entry in entries if not entry.hashes]
    if len(bare) == len(entries):
        raise Failure(expected, f"none of the {len(entries)} pins has one", why.no_hashes)
    if bare:
        names = _some([entry.name for entry in bare])
        raise Failure(expected, f"there is none at {names} ({bare[0].line})", why.some_hashes)
    owners: dict[str, Entry] = {}
    for entry in entries:
        for text in entry.hashes:
            kind, _, digits = text.partition(":")
            found = f"{entry.name} ({entry.line}) has `{_short(text)}`"
            if kind in {"md5", "sha1", "sha224"}:
                raise Failure(expected, found, why.weak_hash)
            if not re.fullmatch(f"[0-9a-fA-F]{{{HASH_LENGTHS.get(kind, 0)}}}", digits or "-"):
                raise Failure(expected, found, why.malformed_hash)
            owner = owners.setdefault(text.lower(), entry)
            if owner.name != entry.name:
                got = f"{owner.name} and {entry.name} have the same: `{_short(text)}`"
                raise Failure("each package has hashes of its own", got, why.copied_hash)


@check(stands_on=[makes_an_environment, pins_exactly])
def installs_the_lock(folder: Path) -> None:
    """What the lock names is installed in `.venv`, in exactly that version."""
    environment = _environment(folder)
    locked = _locked(folder, environment)
    expected = "`.venv` holds what the lock names"
    installed = {package.name for package in environment.installed}
    absent = [name for name in locked if name not in installed]
    if absent:
        cause = why.nothing_installed if len(absent) == len(locked) else why.not_installed
        raise Failure(expected, f"these are not installed: {_some(absent)}", cause)
    for package in environment.installed:
        pin = locked.get(package.name)
        if pin and not pin.allows(package.version):
            got = f"{package.name} {package.version} is installed, {pin.line} says {pin.version}"
            raise Failure(expected, got, why.drift)


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
                why.conflict,
            )
    if missing:
        needed = [f"{name} (needed by {of})" for name, of in missing.items()]
        expected = "the lock names everything that is needed"
        raise Failure(expected, f"it does not name {_some(needed)}", why.incomplete)


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
        raise Failure(expected, f"it also holds {_some(extra)}", why.extra_installed)


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
            return why.broken_line
        if re.match(r"-r|--requirement", text):
            return why.list_missing
        if PLACE.search(text):
            return why.place_pinned
        return why.one_equals_sign if re.match(r"[\w.-]+=[\w.]", text) else why.unreadable
    if entry.requirement.url:
        return why.place_pinned
    return None if entry.version else why.not_exact


def _some(names: list[str]) -> str:
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return " and ".join([", ".join(names[:SHOWN]), *more])


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
