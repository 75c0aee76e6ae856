"""What every lock of npm packages here has to be."""

import json
import re
from pathlib import Path

from kit.npm import FILES

VERSION = re.compile(r"\d+\.\d+\.\d+")


def assert_exact(folder: Path) -> None:
    """Assert that the lock in `folder` is exact, and without the name of any place or script."""
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
            assert "hasInstallScript" not in entry, name
    assert "://" not in json.dumps(lock)
