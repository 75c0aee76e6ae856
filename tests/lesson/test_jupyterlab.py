"""A lab in a real JupyterLab, in a real browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from kit import cut, jupyterlab
from kit.course import ROOT, Course, Lab
from kit.panel import finding
from kit.ports import spare_port
from kit.student import workspace
from tests import course_copy, waiting
from tests.command import Command, Project

# Payloads that mean something to Mermaid or to Markdown, drawn as the diagram of a lesson is.
HOSTILE = """
from roundtrip import lesson
wire = lesson("03_events").wire()
for name in ("end", 'Ana "<b>" & Bo; #35;', "%%{init: {}}%%"):
    wire._names.append(name)
    for text in (
        '2["say",{"a":"x;y #1 <script>alert(1)</script> ``` $$x^2$$"}]',
        '2["%%{init: {\\\\"theme\\\\":\\\\"dark\\\\"}}%% end ->> B: loop"]',
        '43["ok"]',
        '44{"message":"no: [x] (y) {z} \\\\\\\\n \\\\u2028"}',
        "not a packet: }{ end",
        "",
    ):
        wire._add(name, "Server", text)
wire.diagram()
"""


PLAYED = (4, 5, 9)  # the labs that are solved here file by file


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = course_copy.make(tmp_path_factory.mktemp("jupyterlab") / "a project")
    notebook = nbformat.read(course.lab(3).notebook, as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell(HOSTILE)]
    nbformat.write(notebook, course.root / "notebooks" / "99_hostile.ipynb")
    for number in PLAYED:
        # Alone: JupyterLab keeps of a long notebook only what is in sight.
        checklist = f'from roundtrip import lesson\n\nlesson("{number}").checklist()'
        notebook.cells = [nbformat.v4.new_code_cell(checklist)]
        nbformat.write(notebook, course.root / "notebooks" / f"9{number}_checklist.ipynb")
    for lab in course.labs:  # as set-up does
        workspace.start(course, lab)
    return course


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def folders(home: Path) -> dict[str, str]:
    """Return the variables that let Jupyter keep its own things in `home`."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {name: str(home / name.lower()) for name in names}


@pytest.fixture(scope="module")
def address(
    project: Course,
    browser: Browser,  # noqa: ARG001 - where there is none, nothing need be started
    home: Path,
) -> Iterator[str]:
    """The address of JupyterLab, started as a newcomer starts it, who has no settings yet."""
    port = spare_port()
    command = Command(
        project.root,
        ["--no-browser", "--port", str(port)],
        home / "jupyterlab.txt",
        **folders(home),
    )
    command.wait_for(f"http://127.0.0.1:{port}/lab")
    found = re.search(rf"http://127\.0\.0\.1:{port}/lab\S*", command.said())
    assert found
    for file in jupyterlab.workspaces(project.root / ".cache").iterdir():
        shutil.copy(file, home)  # pages change it
    yield found[0]
    command.press_ctrl_c()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(waiting.LONGEST * 1000)  # milliseconds
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, notebook: str) -> Locator:
    """Open a notebook, and return it when its kernel is ready. No dialog may be in the way."""
    # "reset" closes what an earlier test has opened.
    there = address.replace("00_start.ipynb", notebook)
    page.goto(there.replace("?", "?reset&"))
    panel = page.locator(".jp-NotebookPanel")
    expect(panel.locator(".jp-Cell").first).to_be_visible()
    # Before the kernel is there, the indicator says idle, and running a cell asks for a kernel.
    expect(panel.locator(".jp-KernelName")).to_have_text(re.compile("Python 3"))
    wait_until_idle(panel)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(page.get_by_text("Would you like to receive")).to_have_count(0)
    return panel


def wait_until_idle(panel: Locator) -> None:
    """Return when all cells that were to run have run."""
    indicator = panel.locator(".jp-Notebook-ExecutionIndicator")
    expect(indicator).to_have_attribute("data-status", "idle")


def run_all_cells(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def shown(panel: Locator, lab: Lab) -> Locator:
    """Return the live verdict on a lab that a cell of a notebook shows."""
    frame = panel.frame_locator(f'iframe[title="Checklist of {lab.title}"]')
    return frame.get_by_role("region", name="Verdict")


def test_the_first_page_opens_by_itself(page: Page, address: str) -> None:
    assert "/lab/tree/my-notebooks/00_start.ipynb" in address
    panel = opened(page, address, "00_start.ipynb")
    expect(panel.get_by_role("heading", name="Roundtrip")).to_be_visible()


def test_the_first_start_shows_page_task_and_panel_side_by_side(
    page: Page, address: str, project: Course, home: Path
) -> None:
    folder = jupyterlab.workspaces(project.root / ".cache")
    for file in folder.iterdir():
        file.unlink()
    for file in home.glob("*.jupyterlab-workspace"):
        shutil.copy(file, folder)
    page.goto(address)
    notebook = page.locator(".jp-NotebookPanel")
    task = page.locator(".jp-MarkdownViewer")
    frame = page.frame_locator('iframe[src*="panel"]')
    expect(notebook.get_by_role("heading", name="Roundtrip")).to_be_visible()
    expect(task.get_by_role("heading", level=1)).to_contain_text("Lab 0")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Lab 0: environment")
    expect(frame.get_by_role("region", name="Verdict")).to_be_visible()
    shown = (notebook, task, page.locator('iframe[src*="panel"]'))
    left, above, below = (one.bounding_box() or {} for one in shown)
    assert left["x"] + left["width"] <= min(above["x"], below["x"])
    assert above["y"] + above["height"] <= below["y"]
    assert min(one["width"] for one in (left, above, below)) > 300
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_the_checklist_turns_green_when_the_files_are_saved(
    page: Page, address: str, project: Course
) -> None:
    lab = project.lab(3)
    panel = opened(page, address, "03_events.ipynb")
    run_all_cells(page)
    checklist = shown(panel, lab)
    expect(checklist.get_by_text("not attempted", exact=True).first).to_be_visible()
    hint = checklist.locator("summary").first
    hint.click()
    expect(checklist.locator(".rt-hint").first).to_be_visible()
    wait_until_idle(panel)  # the cell that serves comes after the checklist: it met the starter

    course_copy.solve(project, lab)

    expect(checklist.get_by_role("status")).to_have_text(re.compile("All [0-9]+ checks pass"))
    expect(checklist).to_contain_text("Go on with the next notebook, 04_dataframes.ipynb.")
    number = checklist.locator("li").count()
    expect(checklist.locator("li.passed")).to_have_count(number)
    green = checklist.locator("li.passed .rt-mark").first
    assert green.evaluate("mark => getComputedStyle(mark).color") == "rgb(20, 120, 60)"

    checklist.get_by_role("status").click()  # into the panel: its page hands the keys on
    page.keyboard.press("Control+s")
    waiting.until(
        lambda: '"outputs": [\n    {' in lab.own_notebook.read_text(encoding="utf-8"),
        what="the saved outputs",
    )
    # What is out of sight JupyterLab does not draw: it is in what was saved.
    assert "The server did not start." in lab.own_notebook.read_text(encoding="utf-8")
    for original in (project.root / "notebooks").glob("0*.ipynb"):  # git sees no change
        assert original.read_bytes() == (ROOT / "notebooks" / original.name).read_bytes()

    panel.get_by_role("link", name="Open it in a tab").click()
    tab = page.frame_locator('.jp-ServerProxy iframe[src$="panel/labs/3"]')
    expect(tab.get_by_role("heading", level=1)).to_have_text(lab.title)
    expect(page.get_by_role("tab", name=lab.title)).to_be_visible()


def test_the_panel_stands_beside_the_files_from_the_launcher(
    page: Page, address: str, project: Course
) -> None:
    opened(page, address, "00_start.ipynb")
    page.keyboard.press("Control+Shift+l")
    page.locator(".jp-LauncherCard", has_text="Panel").click()
    panel = page.frame_locator('iframe[src*="panel"]')
    panel.get_by_role("link", name="Lab 1: factory").click()
    verdict = panel.get_by_role("region", name="Verdict")
    expect(verdict).to_have_attribute("data-phase", "decided")
    expect(verdict.get_by_role("status")).to_have_text(re.compile("^0 of 13 checks passed"))
    running = finding.running(project.root)
    assert running
    psutil.Process(running.pid).kill()
    expect(panel.get_by_role("heading", name="No verdict")).to_be_visible()
    expect(verdict).to_have_attribute("data-phase", "decided")
    expect(verdict).to_be_visible()


def test_whoever_may_not_use_jupyter_does_not_see_the_panel(address: str) -> None:
    root = address.partition("lab/")[0]
    token = address.partition("token=")[2]
    refused = requests.get(f"{root}panel/labs/1", allow_redirects=False, timeout=60)
    assert refused.status_code == 302
    assert "/login" in refused.headers["Location"]
    assert requests.get(f"{root}panel/labs/1", params={"token": token}, timeout=60).ok


@pytest.mark.parametrize("number", PLAYED)
def test_a_lab_turns_green_file_by_file(
    page: Page, address: str, project: Course, number: int
) -> None:
    lab = project.lab(number)
    panel = opened(page, address, f"9{number}_checklist.ipynb")
    run_all_cells(page)
    checklist = shown(panel, lab)
    expect(checklist.get_by_text("not attempted", exact=True).first).to_be_visible()
    solved = cut.stage(project.reference, number)
    files = dict.fromkeys(task.path for task in cut.tasks(project.reference, number))
    passed = 0
    for file in files:
        before = checklist.get_attribute("data-number")
        (lab.package / file).write_bytes(solved[file])
        expect(checklist).not_to_have_attribute("data-number", before or "")
        expect(checklist).to_have_attribute("data-phase", "decided")
        now = checklist.locator("li.passed").count()
        assert now >= passed, f"{file} is right, and a check that had passed does so no more"
        passed = now
    expect(checklist.get_by_role("status")).to_have_text(re.compile("All [0-9]+ checks pass"))
    expect(checklist.locator("li.passed")).to_have_count(checklist.locator("li").count())


def test_no_payload_breaks_the_diagram(page: Page, address: str) -> None:
    panel = opened(page, address, "99_hostile.ipynb")
    run_all_cells(page)
    drawn = panel.locator(".jp-OutputArea-output .jp-RenderedMermaid")
    expect(drawn).to_be_visible()
    expect(drawn.locator("img, svg").first).to_be_visible()
    expect(drawn).not_to_have_class(re.compile("jp-mod-warning"))


@pytest.mark.parametrize("way", ["the menu", "the launcher"])
def test_a_terminal_opens_in_the_top_folder(
    page: Page, address: str, project: Course, tmp_path: Path, way: str
) -> None:
    opened(page, address, "00_start.ipynb")
    if way == "the menu":
        page.get_by_role("menuitem", name="File", exact=True).click()
        for label in ("New", "Terminal"):
            page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{label}$")).click()
    else:
        page.keyboard.press("Control+Shift+l")
        page.locator('.jp-LauncherCard[title*="terminal"]').first.click()
    terminal = page.locator(".jp-Terminal .xterm-helper-textarea")
    terminal.wait_for(state="attached")
    told = tmp_path / "told"
    terminal.focus()
    page.keyboard.type(f"pwd > '{told}'\n")
    waiting.until(lambda: told.exists() and told.read_text(), what="the terminal's folder")
    assert Path(told.read_text().strip()).samefile(project.root)


@pytest.mark.parametrize("more", [[], ["--port", str(spare_port())]], ids=["", "another port"])
def test_a_second_start_tells_where_it_is_open(
    address: str, project: Course, home: Path, more: list[str]
) -> None:
    done = Project(project).run("--no-browser", *more, **folders(home))
    assert done.returncode == 0, done.stderr
    told = re.fullmatch(r"JupyterLab is already open at (\S+)\n", done.stdout)
    assert told
    assert told[1].partition("/lab/")[2] == address.partition("/lab/")[2]
