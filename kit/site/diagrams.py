"""Mermaid's diagrams on a page: drawn in the browser, and told in words as well."""

import re
from html import escape

FENCE = re.compile(r"^```mermaid\n(?P<code>.*?)^```[ ]*$", re.DOTALL | re.MULTILINE)
PARTICIPANT = re.compile(r"participant (?P<id>\w+) as (?P<name>.+)")
ARROW = re.compile(r"(?P<sender>\w+)-+>>(?P<receiver>\w+): (?P<words>.*)")
CODE = re.compile(r"#(\d+);")  # how Mermaid writes its own signs


def drawn(markdown: str) -> str:
    """Return Markdown with each of Mermaid's blocks as a diagram."""
    return FENCE.sub(lambda found: f"````{{raw}} html\n{html(found['code'])}\n````", markdown)


def html(code: str) -> str:
    """Return a diagram in Mermaid's language as HTML, without empty lines."""
    code = "\n".join(line for line in code.splitlines() if line.strip())
    if code.startswith("sequenceDiagram"):
        name, words = "Sequence diagram", _told(code)
    else:
        name, words = "Diagram", f"<pre tabindex='0'>{escape(code)}</pre>"
    return (
        f'<figure class="rt-diagram" data-code="{escape(code)}">'
        '<div class="rt-drawing" tabindex="0" role="group"'
        f' aria-label="{name}; in words below"></div>'
        f"<details><summary>{name} in words</summary>{words}</details></figure>"
    )


def _told(code: str) -> str:
    """Return the packets of a sequence diagram as an HTML list."""
    lines = [line.strip() for line in code.splitlines()[1:]]
    names = {found["id"]: found["name"] for line in lines if (found := PARTICIPANT.match(line))}
    said = [
        f"{names.get(one['sender'], one['sender'])} to"
        f" {names.get(one['receiver'], one['receiver'])}: {one['words']}"
        for line in lines
        if (one := ARROW.match(line))
    ]
    decoded = (CODE.sub(lambda number: chr(int(number[1])), line) for line in said)
    return "<ol>" + "".join(f"<li>{escape(line)}</li>" for line in decoded) + "</ol>"
