"""Behind the wall there is loaded what submissions name, before their servers are forked."""

import sys
from pathlib import Path

import pytest

from kit.checking.start import Start
from kit.grading.confinement import Wall
from kit.running import PACKAGE, App, Launcher
from tests.grading.small_class import RIGHT

# Without the names themselves.
LOADED = """
    import sys

    @app.get("/loaded")
    def loaded():
        return " ".join(name for name in ("pan" + "das", "plot" + "ly", "pyd" + "antic")
                        if name in sys.modules)

    return app
"""
TELLS = RIGHT.replace("    return app\n", LOADED)


@pytest.mark.skipif(sys.platform != "linux", reason="submissions can be confined on Linux alone")
@pytest.mark.usefixtures("_walls")
def test_what_submissions_name_is_loaded_before_their_servers_start(tmp_path: Path) -> None:
    handed_in = tmp_path / "handed in"
    package = handed_in / PACKAGE
    package.mkdir(parents=True)
    found = []
    with Wall(handed_in) as wall:
        for imports in ("", "# import pydantic\n", "# import pandas as pd\n"):
            (package / "__init__.py").write_text(imports + TELLS, encoding="utf-8")
            with Launcher(enclosure=wall) as launcher:
                server = Start(launcher, handed_in)(App(config=None))
                found.append(server.get("/loaded").text)
    assert found == ["", "pydantic", "pandas pydantic"]
