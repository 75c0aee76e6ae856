"""What a page shows of a notebook that was run."""

import json
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from kit.site import diagrams, showing

v4: Any = nbformat.v4


def outputs(source: str, *found: Any) -> str:
    cell = v4.new_code_cell(source, outputs=list(found))
    page = showing.shown(v4.new_notebook(cells=[cell]))
    return "".join(output["data"]["text/html"] for output in page.cells[0].outputs)


def display(**data: Any) -> Any:
    return v4.new_output(
        "display_data", {name.replace("_", "/", 1): text for name, text in data.items()}
    )


def test_a_figure_is_data_for_the_script_and_words_for_everybody() -> None:
    figure = {
        "data": [{"name": "<cpu>", "type": "scatter", "y": [2, None, 41.5]}],
        "layout": {"title": {"text": "Load </script>"}},
    }

    page = BeautifulSoup(
        outputs("show()", v4.new_output("display_data", {showing.FIGURE: figure})), "html.parser"
    )

    assert json.loads(page.script.string) == figure  # type: ignore[union-attr, arg-type]
    assert [one.get_text() for one in page.select("li")] == ["<cpu>: 2 points from 2 to 41.5"]
    assert page.summary.get_text() == "Figure: Load </script> in words"  # type: ignore[union-attr]


def test_a_sequence_diagram_is_told_as_a_list() -> None:
    code = (
        "sequenceDiagram\n    participant P0 as Ana\n    participant P1 as Server\n"
        "    P0->>P1: ask {#34;a#34;: 1}\n    P1->>P0: ack 1"
    )
    text = outputs("wire.diagram()", display(text_markdown=f"```mermaid\n{code}\n```"))
    page = BeautifulSoup(text, "html.parser")

    assert page.figure["data-code"] == code  # type: ignore[index]
    assert [one.get_text() for one in page.select("li")] == [
        'Ana to Server: ask {"a": 1}',
        "Server to Ana: ack 1",
    ]


def test_other_markdown_keeps_its_code() -> None:
    text = "a\n\n```python\nb = 1\n```\n"
    assert diagrams.drawn(text) == text


def test_an_empty_cell_of_a_heading_heads_nothing() -> None:
    text = "<table border='1'><thead><tr><th></th><th>a</th></tr></thead></table>"
    page = BeautifulSoup(outputs("frame", display(text_html=text)), "html.parser")

    assert [one.get_text() for one in page.select("th")] == ["a"]
    assert page.select(".rt-wide[tabindex] > table")


def test_a_notice_that_became_empty_is_left_out() -> None:
    assert outputs("lab.serve()", display(text_html="\n")) == ""


@pytest.mark.parametrize("call", ["lab.checklist()", "lab.compare_code()"])
def test_what_shows_one_learners_work_is_only_named(call: str) -> None:
    assert "In JupyterLab" in outputs(f"lab = 1\n{call}")
