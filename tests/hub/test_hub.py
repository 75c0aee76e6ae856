"""The labs and the demo on a real JupyterHub, in a real browser."""

import re
import sys
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from kit import kernel
from kit.course import OWN_NOTEBOOKS
from tests.hub.conftest import PERSON, Open
from tests.hub.hub import Hub
from tests.hub.jupyterlab import LONGEST, JupyterLab

LIVE = "Connected (websocket)"
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
    for root in (blueprints, events, rooms):
        page = visit(f"{root}/").page
        sign_in(page, "Ada")
        expect(page).to_have_url(re.compile(re.escape(root) + r"/(\?dashboard=\w+)?$"))
    for root in (events, rooms):
        seen = visit(f"{root}/")
        expect(seen.page.locator("#connection")).to_have_text(LIVE)
    seen.wait_for_packet("update_data")
