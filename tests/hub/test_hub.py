"""The labs and the demo on a real JupyterHub, in a real browser."""

import re
import sys
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kit import kernel
from kit.course import OWN_NOTEBOOKS, Course
from tests.hub.conftest import PERSON, Open
from tests.hub.hub import Hub
from tests.hub.jupyterlab import LONGEST, JupyterLab

LIVE = "Connected (websocket)"
ALL_PASS = re.compile("^✓ All [0-9]+ checks pass")
SIGN_IN = re.compile(r"^Sign in$|^Change$")


def root_of(hub: Hub, told: str) -> str:
    """Return the address that the path in `told` has on the hub, without the slash at its end."""
    path = re.search(rf"/user/{re.escape(PERSON)}/proxy/\d+/", told)
    assert path, told
    return f"{hub.url}{path[0]}".rstrip("/")


def sign_in(page: Page, name: str, password: str | None = None) -> None:
    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_label("Your name").fill(name)
    if password:
        page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#person")).to_have_text(f"Signed in as {name}")


def test_the_kit_says_what_to_do_in_the_jupyterlab_that_is_open(hub: Hub, lab: JupyterLab) -> None:
    command, output = [sys.executable, "-m", "kit"], hub.folder / "kit.txt"
    said = lab.type_in_a_terminal(hub.project, command, output, until_it_says="choose the kernel")
    assert "python3 -m kit kernel" in said
    assert f"Open /user/{PERSON}/lab/tree/{OWN_NOTEBOOKS}/00_start.ipynb" in said
    assert "127.0.0.1" not in said


def test_the_demo_says_where_it_is_on_the_hub(demo: str) -> None:
    assert re.search(rf"The dashboard is at /user/{PERSON}/proxy/\d+/ \(put this after", demo)
    assert "127.0.0.1" not in demo


@pytest.mark.parametrize(
    ("kind", "end"),
    [("proxy", "/"), ("proxy", ""), ("proxy", "?dashboard=machine"), ("proxy/absolute", "/")],
)
def test_its_page_is_live_by_websocket(
    hub: Hub, demo: str, visit: Open, kind: str, end: str
) -> None:
    root = root_of(hub, demo).replace("/proxy/", f"/{kind}/")
    seen = visit(f"{root}{end}")
    expect(seen.page.locator("#connection")).to_have_text(LIVE)
    seen.wait_for_packet("update_data")
    assert seen.page.url.startswith(f"{root}/?dashboard=")
    if end == "/":
        assert seen.errors == []


@pytest.mark.parametrize(
    ("kind", "has_scripts"), [("proxy", True), ("proxy", False), ("proxy/absolute", True)]
)
def test_the_demo_s_user_signs_in_and_out(
    hub: Hub, demo: str, visit: Open, kind: str, has_scripts: bool
) -> None:
    root = root_of(hub, demo).replace("/proxy/", f"/{kind}/")
    landed = re.compile(
        re.escape(root) + (r"/(\?dashboard=\w+)?$" if has_scripts else r"/still\?$")
    )
    seen = visit(f"{root}/", java_script_enabled=has_scripts)
    page = seen.page
    sign_in(page, "demo", "demo")
    expect(page).to_have_url(landed)
    cookies = [one for one in page.context.cookies() if one["name"].startswith("session")]
    assert [one["path"] for one in cookies] == [urlsplit(root).path]
    assert page.request.get(f"{root}/auth/token").ok
    if has_scripts:
        expect(page.locator("#connection")).to_have_text(LIVE)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page).to_have_url(landed)
    assert page.request.get(f"{root}/auth/token").status == 403


@pytest.mark.parametrize("end", ["/", ""])
def test_without_scripts_its_page_is_renewed_with_its_picture(
    hub: Hub, demo: str, visit: Open, end: str
) -> None:
    root = root_of(hub, demo)
    page = visit(f"{root}{end}", java_script_enabled=False).page
    expect(page).to_have_url(f"{root}/still?")
    page.get_by_role("link", name="This machine").click()
    expect(page).to_have_url(f"{root}/still?dashboard=machine")
    picture = page.get_by_role("img", name="Chart of This machine")
    assert page.request.get(str(picture.evaluate("image => image.currentSrc"))).ok
    with page.expect_response(lambda answer: answer.url == page.url) as renewed:
        pass
    assert renewed.value.ok


def test_the_panel_is_live_by_websocket(hub: Hub, panel: str, visit: Open) -> None:
    root = root_of(hub, panel)
    assert "127.0.0.1" not in panel
    link = re.search(r"The panel is at \S+/(\?key=\S+)", panel)
    assert link
    seen = visit(f"{root}/{link[1]}")
    assert seen.page.url == f"{root}/labs/3"
    headline = seen.page.locator("#verdict[data-phase=decided] #headline")
    expect(headline).to_have_text(ALL_PASS, timeout=LONGEST * 1000)
    file = Course(hub.project).lab(3).package / "events.py"
    right = file.read_bytes()
    file.write_text("nonsense(\n")
    expect(headline).to_have_text(re.compile("^0 of "), timeout=LONGEST * 1000)
    file.write_bytes(right)
    expect(headline).to_have_text(ALL_PASS, timeout=LONGEST * 1000)
    seen.wait_for_packet("alive")
    assert {urlsplit(one.url).netloc for one in seen.requests} == {urlsplit(hub.url).netloc}
    assert {urlsplit(one.url).path.startswith(urlsplit(root).path) for one in seen.requests} == {
        True
    }
    assert "127.0.0.1" not in seen.page.content()
    assert seen.errors == []


def test_the_panel_is_live_by_polling(hub: Hub, panel: str, visit: Open) -> None:
    root = root_of(hub, panel)
    link = re.search(r"\?key=\S+", panel)
    assert link
    page = visit("about:blank").page
    page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    page.goto(f"{root}/{link[0]}")
    headline = page.locator("#verdict[data-phase=decided] #headline")
    expect(headline).to_have_text(ALL_PASS, timeout=LONGEST * 1000)


def test_on_a_hub_too_a_stranger_does_not_see_the_panel(
    hub: Hub, panel: str, browser: Browser, visit: Open
) -> None:
    root = root_of(hub, panel)
    assert visit(f"{root}/labs/3").page.get_by_text("python3 -m kit panel").is_visible()
    stranger = browser.new_page()
    stranger.goto(f"{root}/labs/3")
    assert "/hub/login" in stranger.url
    stranger.close()


def test_cells_run_with_the_kit_s_kernel_and_say_where_the_servers_open(
    hub: Hub, lab: JupyterLab, visit: Open, own_kernel: str
) -> None:
    assert kernel.SHOWN in own_kernel
    with lab.all_cells_run(f"{OWN_NOTEBOOKS}/serve.ipynb", kernel.SHOWN) as panel:
        overview = panel.locator(".jp-OutputArea-output table")
        expect(overview).to_contain_text("rooms", timeout=LONGEST * 1000)
        links = panel.get_by_role("link", name=PERSON)
        expect(links).to_have_count(3, timeout=LONGEST * 1000)
        blueprints, events, rooms = (root_of(hub, text) for text in links.all_text_contents())
        checklist = panel.locator('iframe[title="Checklist of Lab 3: events"]')
        checklist.scroll_into_view_if_needed()
        verdict = checklist.content_frame.get_by_role("region", name="Verdict")
        expect(verdict.get_by_role("status")).to_have_text(ALL_PASS, timeout=LONGEST * 1000)
        source = checklist.get_attribute("src") or ""
        assert source.startswith(f"/user/{PERSON}/proxy/")
        assert "key" not in source
    for root in (blueprints, events, rooms):
        page = visit(f"{root}/").page
        sign_in(page, "Ada")
        expect(page).to_have_url(re.compile(re.escape(root) + r"/(\?dashboard=\w+)?$"))
    for root in (events, rooms):
        seen = visit(f"{root}/")
        expect(seen.page.locator("#connection")).to_have_text(LIVE)
    seen.wait_for_packet("update_data")
