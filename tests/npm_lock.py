"""What every lock of npm packages here has to be."""

import json
import re
from pathlib import Path

from kit.npm import FILES

VERSION = re.compile(r"\d+\.\d+\.\d+")


def assert_exact(folder: Path, *, with_scripts: frozenset[str] = frozenset()) -> None:
    """Assert that the lock in `folder` is exact, and names no place.

    Nor may its packages have scripts that npm would run, but those `with_scripts`: they are
    installed by `npm ci --ignore-scripts`.
    """
    package, lock = (json.loads((folder / name).read_text("utf-8")) for name in FILES)
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    for name, version in package["dependencies"].items():
        assert VERSION.fullmatch(version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for name, entry in lock["packages"].items():
        if name:
            assert entry["integrity"].startswith("sha512-"), name
            assert "resolved" not in entry, "remake it with: npm run lock"
            assert "funding" not in entry, "remake it with: npm run lock"
            assert ("hasInstallScript" in entry) == (name in with_scripts), name
    assert "://" not in json.dumps(lock)
