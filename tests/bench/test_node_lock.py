"""The lock of the bench's npm packages: exact, and without the name of any place."""

import json
import re

from kit.bench.node_packages import FILES, HERE

PACKAGE, LOCK = (json.loads((HERE / name).read_text("utf-8")) for name in FILES)


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    assert LOCK["packages"][""]["dependencies"] == PACKAGE["dependencies"]
    for name, version in PACKAGE["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
    for name, entry in LOCK["packages"].items():
        if name:
            assert entry["integrity"].startswith("sha512-"), name
            assert "resolved" not in entry, "remake it with: npm run lock"
            assert "hasInstallScript" not in entry, name
