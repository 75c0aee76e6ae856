"""A JupyterHub for all tests, and a person who has signed in at it."""

import os
import sys
from collections.abc import Callable, Iterator

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext

from kit import kernel
from kit.course import OWN_NOTEBOOKS
from kit.panel import finding
from kit.ports import spare_port
from kit.student import notebooks, workspace
from tests import course_copy
from tests.browser.visit import Visit, watch
from tests.hub.hub import PASSWORD, Hub, Missing
from tests.hub.jupyterlab import LONGEST, JupyterLab

PERSON = "ada@school.example"
LABS = (2, 3, 6)  # those with a server that a browser opens
SERVE = """
from roundtrip import lesson

blueprints, events, rooms = map(lesson, ("02_blueprints", "03_events", "06_rooms"))
for lab in (blueprints, events, rooms):
    lab.serve()
events.checklist()
"""


@pytest.fixture(scope="module")
def hub(
    browser: Browser,  # noqa: ARG001 - where there is none, nothing need be started
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hub]:
    """A hub whose people have a copy of the project, with some labs solved and a notebook `serve`.

    It has the cells of the first notebook, and one that serves these labs.
    Where something is missing for it: a skip, or in strict runs a failure.
    """
    folder = tmp_path_factory.mktemp("hub")
    course = course_copy.make(folder / "a project")
    for lab in course.labs:
        workspace.start(course, lab)
        if lab.number in LABS:
            course_copy.solve(course, lab)
    start = nbformat.read(course.root / "notebooks" / "00_start.ipynb", as_version=4)
    cells = [cell for cell in start.cells if cell.cell_type == "code"]
    notebook = nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell(SERVE)])
    notebook.metadata["kernelspec"] = {"name": kernel.NAME, "display_name": kernel.SHOWN}
    notebooks.update(course)
    nbformat.write(notebook, course.root / OWN_NOTEBOOKS / "serve.ipynb")
    hub = Hub(folder, course.root)
    try:
        hub.start()
    except Missing as missing:
        if os.environ.get("ROUNDTRIP_STRICT") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    try:
        yield hub
    finally:
        finding.end(hub.project)  # it outlives who has started it
        hub.stop()


@pytest.fixture(scope="module")
def ada(hub: Hub, browser: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody who has signed in at the hub, whose JupyterLab runs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(hub.url)
    page.get_by_label("Username").fill(PERSON)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{hub.url}/user/{PERSON}/lab**", timeout=LONGEST * 1000)
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def lab(hub: Hub, ada: BrowserContext) -> JupyterLab:
    """Her JupyterLab."""
    return JupyterLab(ada, f"{hub.url}/user/{PERSON}/")


@pytest.fixture(scope="module")
def own_kernel(hub: Hub, lab: JupyterLab) -> str:
    """What the kit has said when she has offered its kernel to her JupyterLab."""
    command, output = [sys.executable, "-m", "kit", "kernel"], hub.folder / "kernel.txt"
    return lab.type_in_a_terminal(hub.project, command, output, until_it_says="To take it away")


@pytest.fixture(scope="module")
def panel(hub: Hub, lab: JupyterLab) -> str:
    """What the kit has said when she has started the panel of lab 3 in a terminal."""
    command = [sys.executable, "-m", "kit", "panel", "3"]
    return lab.type_in_a_terminal(
        hub.project, command, hub.folder / "panel.txt", until_it_says="The panel is at"
    )


@pytest.fixture(scope="module")
def demo(hub: Hub, lab: JupyterLab) -> str:
    """What the demo has said that she has started in a terminal; it goes on."""
    command = [sys.executable, "-m", "kit", "demo", "--port", str(spare_port())]
    return lab.type_in_a_terminal(
        hub.project, command, hub.folder / "demo.txt", until_it_says="Ctrl-C stops it"
    )


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, ada: BrowserContext) -> Iterator[Open]:
    """A function that opens an address as her, in a browser that knows the hub's cookies alone."""
    contexts: list[BrowserContext] = []

    def open_page(url: str, **options: object) -> Visit:
        contexts.append(browser.new_context(storage_state=ada.storage_state(), **options))
        seen = watch(contexts[-1])
        seen.page.goto(url)
        return seen

    yield open_page
    for context in contexts:
        context.close()
