"""What a page shows of a notebook that was run."""

import json
import re
from html import escape
from typing import Any

import nbformat
from bs4 import BeautifulSoup

from kit.site import diagrams
from kit.site.executing import OF_ONE_LEARNER

FIGURE = "application/vnd.plotly.v1+json"
NOTES = {
    "lab.checklist": "In JupyterLab the checklist is here: it renews itself each time you save.",
    "lab.compare_code": "In JupyterLab your own functions are shown here, beside the course's.",
}


def shown(notebook: Any) -> Any:
    """Return a copy of the notebook whose outputs a page can show without a kernel.

    Figures and diagrams become data that the page's script draws, and words. Where a cell shows one
    learner's work a line says what is there in JupyterLab. Notices that were empty in the end, and
    what only a kernel needs, are left out.
    """
    page = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = diagrams.drawn(cell.source)
            continue
        if cell.cell_type != "code":
            continue
        cell.outputs = [one for one in map(_output, cell.outputs) if one]
        if found := OF_ONE_LEARNER.search(cell.source):
            cell.outputs.append(_html(f'<p class="rt-note">{escape(NOTES[found[1]])}</p>'))
    return page


def _output(output: Any) -> Any | None:
    data = output.get("data", {})
    if FIGURE in data:
        return _html(figure(data[FIGURE]))
    if "text/markdown" in data:
        found = diagrams.FENCE.fullmatch(data["text/markdown"].strip())
        return _html(diagrams.html(found["code"])) if found else output
    if "text/html" in data:
        return _html(table(data["text/html"])) if data["text/html"].strip() else None
    return output


def _html(text: str) -> Any:
    return nbformat.v4.new_output("display_data", {"text/html": text})


def figure(content: dict[str, Any]) -> str:
    """Return one of Plotly's figures as HTML: its data for the script, and what it shows in words.

    Where no script draws it the words are all there is.
    """
    traces, layout = content.get("data", []), content.get("layout", {})
    title = (layout.get("title") or {}).get("text", "")
    name = f"Figure: {title}" if title else "Figure"
    words = "".join(f"<li>{escape(_trace(trace))}</li>" for trace in traces)
    # In a script nothing is escaped: what would end it is written as JSON can write it, too.
    data = json.dumps({"data": traces, "layout": layout}).replace("<", "\\u003c")
    return (
        f'<figure class="rt-figure"><div class="rt-drawing" role="img"'
        f' aria-label="{escape(name)}; in words below"></div>'
        f'<script type="application/json">{data}</script>'
        f"<details><summary>{escape(name)} in words</summary><ul>{words}</ul></details></figure>"
    )


def _trace(trace: dict[str, Any]) -> str:
    numbers = [value for value in _values(trace) if isinstance(value, int | float)]
    name = trace.get("name") or trace.get("type", "line")
    if not numbers:
        return f"{name}"
    return f"{name}: {len(numbers)} points from {min(numbers):.4g} to {max(numbers):.4g}"


def _values(trace: dict[str, Any]) -> list[Any]:
    """Return the values of a trace where they are a plain list."""
    found: list[Any] = next(
        (trace[key] for key in ("z", "y", "values") if isinstance(trace.get(key), list)), []
    )
    return [each for one in found for each in (one if isinstance(one, list) else [one])]


def table(html: str) -> str:
    """Return HTML from a notebook in a shape that is good on a small screen and to hear.

    A cell of a heading that is empty heads nothing.
    """
    soup = BeautifulSoup(html, "html.parser")
    for head in soup.find_all("th"):
        if not head.get_text(strip=True):
            head.name = "td"
            head.attrs.pop("scope", None)
    for one in soup.find_all("table"):
        one.attrs.pop("border", None)
        for row in one.select("thead tr"):
            row.attrs.pop("style", None)
        for head in one.select("tbody th"):
            head["scope"] = "row"
        one.wrap(soup.new_tag("div", attrs={"class": "rt-wide", "tabindex": "0"}))
    for link in soup.find_all("a", target=True):
        del link["target"]
    return re.sub(r"\n\s*\n", "\n", str(soup))
