"""Where links of the course's texts lead on its site."""

from pathlib import Path

import pytest

from kit.site import links

PAGES = {"labs/06_rooms/README.md", "docs/teaching.md", links.MAP}


@pytest.fixture
def moved(tmp_path: Path):  # type: ignore[no-untyped-def]
    for name in (*PAGES, "docs/grade.yml", "labs/07_cors/README.md", "reference/dashboard/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    files: set[str] = set()

    def move(text: str, source: str, target: str | None = None) -> tuple[str, set[str]]:
        found = links.moved(
            text,
            root=tmp_path,
            source=source,
            target=target or source,
            pages=PAGES,
            files=files,
        )
        return found, files

    return move


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("[rooms](../labs/06_rooms/README.md)", "[rooms](labs/06_rooms/README.md)"),
        ("[rooms](../labs/06_rooms/README.md#x)", "[rooms](labs/06_rooms/README.md#x)"),
        ("[code](../reference/dashboard)", "[code](map/index.md)"),
        ("[elsewhere](https://example.org/a)", "[elsewhere](https://example.org/a)"),
        ("[cors](../labs/07_cors/README.md)", "cors"),  # a lab that is left out
        ("```\n[a](nowhere)\n```", "```\n[a](nowhere)\n```"),
    ],
)
def test_a_link_leads_to_the_page_of_what_it_names(moved, text: str, there: str) -> None:  # type: ignore[no-untyped-def]
    assert moved(text, "notebooks/start.ipynb", "index.md") == (there, set())


def test_a_file_that_is_no_page_comes_with_the_site(moved) -> None:  # type: ignore[no-untyped-def]
    assert moved("[a workflow](grade.yml)", "docs/teaching.md") == (
        "[a workflow](grade.yml)",
        {"docs/grade.yml"},
    )


@pytest.mark.parametrize("to", ["nothing.md", "../../outside.md"])
def test_a_link_to_nothing_is_named_with_its_text(moved, to: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(links.BadLink, match=r"docs/teaching\.md links to"):
        moved(f"[it]({to})", "docs/teaching.md")


@pytest.mark.parametrize(
    ("repository", "place"),
    [
        ("https://github.com/ada/course", "gh/ada/course"),
        ("https://github.com/ada/course.git", "gh/ada/course"),
        ("https://gitlab.com/ada/course/", "gl/ada/course"),
        ("https://git.example.org/ada/course", "git/https%3A%2F%2Fgit.example.org%2Fada%2Fcourse"),
    ],
)
def test_binder_opens_the_repository_that_was_named(repository: str, place: str) -> None:
    address = links.binder(repository, "my-notebooks/06_rooms.ipynb")

    assert address == (
        f"https://mybinder.org/v2/{place}/HEAD?urlpath=lab/tree/my-notebooks/06_rooms.ipynb"
    )
