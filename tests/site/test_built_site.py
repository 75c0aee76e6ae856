"""The site of one lab, built as the command builds it, and read in a real browser."""

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kit.course import ROOT, Course
from kit.site import building
from kit.site.building import MARK, NotBuilt, Plan
from kit.student import map as mapping
from tests import axe, command

LAB = 5  # one with figures, a diagram and tables
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
PAGES = (
    "index.html",
    "labs/05_figures/README.html",
    "labs/05_figures/lines.html",
    "notebooks/05_figures.html",
    "map/index.html",
    "map/figures.py.html",
    "contract.html",
    "search.html?q=figure",
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: Any) -> None:
        pass


def made(out: Path, *options: str) -> str:
    """Let the command make the site of one lab, and return what it says of its steps."""
    done = subprocess.run(
        [sys.executable, "-m", "kit", "site", str(out), "--labs", str(LAB), *options],
        cwd=ROOT,
        env=command.environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of one lab."""
    out = tmp_path_factory.mktemp("site") / "site"
    made(out)
    return out


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where it is served."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def visit(page: Page, url: str) -> None:
    page.goto(url)
    if "search.html" in url:
        page.locator("#search-results li").first.wait_for()
    drawn = page.locator("figure .rt-drawing svg")
    for number in range(page.locator("figure.rt-figure, figure.rt-diagram").count()):
        page.locator("figure.rt-figure, figure.rt-diagram").nth(number).scroll_into_view_if_needed()
    if page.locator("figure.rt-figure, figure.rt-diagram").count():
        drawn.first.wait_for()


def test_its_pages_can_be_read_by_everybody(address: str, browser: Browser) -> None:
    for scheme, size in (("light", PHONE), ("dark", DESK)):
        context = browser.new_context(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
        asked: list[str] = []
        errors: list[str] = []
        context.on("request", lambda request, asked=asked: asked.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        for name in PAGES:
            visit(page, address + name)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{name} is {wide} pixels wider than the screen"
            assert axe.barriers(page) == [], f"{name}, {scheme}"
        assert errors == []
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        context.close()


def test_a_search_leads_to_what_has_the_word(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}index.html")
    page.get_by_placeholder("Search").first.fill("newcomer")
    page.keyboard.press("Enter")

    page.locator("#search-results a", has_text="Lab 5").first.click()

    assert "newcomer" in page.locator("article").inner_text()
    page.close()


def test_a_lab_leads_to_its_lines_and_back(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}labs/05_figures/README.html")

    page.locator(".rt-ways").get_by_role("link", name="Lines").click()
    page.locator("article table a").first.click()
    assert "Written in lab 5" in page.locator(":target").inner_text()
    page.locator(":target").get_by_role("link", name="lab 5").click()

    assert page.url.endswith("labs/05_figures/lines.html")
    page.close()


def test_hints_open_one_after_the_other(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}labs/05_figures/README.html")
    ladder = page.locator("details.rt-fold", has=page.locator("details.rt-step")).first
    first, second = (ladder.get_by_text(f"Hint {number}", exact=True) for number in (1, 2))

    assert not first.is_visible()
    ladder.locator("summary").first.click()
    assert first.is_visible()
    assert not second.is_visible()
    first.click()
    assert second.is_visible()
    page.close()


def test_nothing_of_this_machine_is_on_its_pages(site: Path) -> None:
    for page in [*site.rglob("*.html"), site / "searchindex.js"]:
        text = page.read_text("utf-8")
        assert str(ROOT) not in text, page
        assert f"{Path.home()}/" not in text, page


def test_a_second_time_no_notebook_is_run_and_solutions_can_be_left_out(site: Path) -> None:
    (site / "left.html").touch()

    said = made(site, "--without-solutions")

    assert "Running the notebook" not in said
    assert "Writing the pages" in said
    assert not (site / "left.html").exists()
    assert 'class="highlight"' not in (site / "map" / "figures.py.html").read_text("utf-8")
    task = (site / "labs" / "05_figures" / "README.html").read_text("utf-8")
    assert "Hint 2" in task
    assert "Hint 3" not in task


def test_what_is_there_and_no_site_is_refused(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mine.txt").touch()
    (tmp_path / "file").touch()
    for out, words in (
        (tmp_path / "work", "no site that this command has made"),
        (tmp_path / "file", "is no folder"),
        (tmp_path / "nowhere" / "site", "is not there"),
    ):
        with pytest.raises(NotBuilt, match=words):
            building.look_at(out)


def test_a_build_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_work: Path) -> int:
        raise NotBuilt("a link leads nowhere")

    monkeypatch.setattr(building, "_notebooks", lambda *_: {})
    monkeypatch.setattr(mapping, "files", lambda _: [])
    monkeypatch.setattr(building, "_run_sphinx", fail)
    out = tmp_path / "site"
    out.mkdir()
    (out / MARK).touch()
    (out / "index.html").write_text("older", "utf-8")
    course = Course(ROOT)

    with pytest.raises(NotBuilt, match="a link leads nowhere"):
        building.build(course, Plan([course.lab(1)], out), lambda _: None)

    assert (out / "index.html").read_text("utf-8") == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
