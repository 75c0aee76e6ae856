"""What submissions find behind the wall: libraries that are loaded, and a machine to look at."""

import sys
from pathlib import Path

import psutil
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
COUNTED = """
    import psutil

    @app.get("/counted")
    def counted():
        counters = psutil.disk_io_counters, psutil.net_io_counters
        return " ".join(ask.__name__ for ask in counters if ask())

    return app
"""
END = "    return app\n"

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux", reason="submissions can be confined on Linux alone"
    ),
    pytest.mark.usefixtures("_walls"),
]


def test_what_submissions_name_is_loaded_before_their_servers_start(tmp_path: Path) -> None:
    handed_in = tmp_path / "handed in"
    package = handed_in / PACKAGE
    package.mkdir(parents=True)
    found = []
    with Wall(handed_in) as wall:
        for imports in ("", "# import pydantic\n", "# import pandas as pd\n"):
            (package / "__init__.py").write_text(
                imports + RIGHT.replace(END, LOADED), encoding="utf-8"
            )
            with Launcher(enclosure=wall) as launcher:
                server = Start(launcher, handed_in)(App(config=None))
                found.append(server.get("/loaded").text)
    assert found == ["", "pydantic", "pandas pydantic"]


def test_the_machine_is_seen_with_the_same_counters(tmp_path: Path) -> None:
    """Lab 3 sends them: what is missing in there alone would give another verdict in there."""
    handed_in = tmp_path / "handed in"
    package = handed_in / PACKAGE
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(RIGHT.replace(END, COUNTED), encoding="utf-8")
    with Wall(handed_in) as wall, Launcher(enclosure=wall) as launcher:
        found = Start(launcher, handed_in)(App(config=None)).get("/counted").text
    counters = psutil.disk_io_counters, psutil.net_io_counters
    assert found == " ".join(ask.__name__ for ask in counters if ask())
