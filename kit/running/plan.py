"""What to run, as plain data that crosses from one process to the other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

KIT_ROOT = Path(__file__).resolve().parents[2]  # where `python -m kit.…` is run
PACKAGE = "dashboard"  # what a submission's package is called
MARK = "roundtrip-mark "  # begins a line of the output that the harness has asked for
FAILING = "the disk of inner-store-7 is gone"  # what the source `Failing` raises


@dataclass(frozen=True)
class App:
    """One app to make and serve.

    `config` names a class of `dashboard.config`, None means that `create_app` is called without
    an argument. `settings` are laid over that class, in a class of their own; a value of the form
    `{"call": "module.name", "argument": 5}` stands for that callable, with the argument given
    already. With `dotted` the class is passed as its dotted path, and without `settings`, unless it
    is `named`: `named="elsewhere.Own"` puts the class with `settings` into a module of its own,
    under a name that the submission has never heard of. `environment` is in force only while
    `create_app` runs: it shows when a submission reads its environment. `hears` are the events,
    each with its payload if any, that a first client sends the app before the next one is made, or
    the namespace, such as `/admin`, that it enters: from then on `socketio` serves that one.
    """

    config: str | None = "Testing"
    settings: Mapping[str, Any] = field(default_factory=dict)
    dotted: bool = False
    environment: Mapping[str, str | None] = field(default_factory=dict)
    named: str = ""
    hears: Sequence[Sequence[Any]] = ()

    @property
    def path(self) -> str:
        """The dotted path of the class."""
        return self.named or f"{PACKAGE}.config.{self.config}"


def source(kind: str, **arguments: Any) -> dict[str, Any]:
    """Return what stands in the setting `SOURCES` for a source of the kit's, such as "Gappy"."""
    return {"call": f"kit.running.sources.{kind}", **arguments}


@dataclass(frozen=True)
class Plan:
    """One process to start: the apps it serves, side by side, of the package `dashboard`.

    `folder` holds the package. `environment` is added to the child's environment variables; a
    variable that is None there is taken away. In `compiled` the children keep the code that they
    have compiled, for each other; whoever runs one submission beside another gives each its own.
    With `gevent` it is served as it is deployed, by the package's own module `worker`, to thousands
    of clients; nothing is reported of it but its end.
    """

    folder: Path
    apps: tuple[App, ...] = (App(),)
    environment: dict[str, str | None] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0
    compiled: Path | None = None
    gevent: bool = False

    def to_json(self) -> str:
        paths = {"folder": str(self.folder.absolute())}
        if self.compiled:
            paths["compiled"] = str(self.compiled)
        return json.dumps(asdict(self) | paths)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        fields = json.loads(text)
        return cls(
            folder=Path(fields["folder"]),
            apps=tuple(App(**app) for app in fields["apps"]),
            environment=fields["environment"],
            host=fields["host"],
            port=fields["port"],
            compiled=Path(fields["compiled"]) if fields["compiled"] else None,
            gevent=fields["gevent"],
        )
