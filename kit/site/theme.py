"""What Sphinx is told of the site, and what becomes of a page that it has made.

Sphinx loads this module as an extension.
"""

from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

FIGURES, DIAGRAMS = "rt-figure", "rt-diagram"
# Which scripts a page loads, by what stands on it: most pages need neither of the large ones.
SCRIPTS = {
    FIGURES: ("plotly.min.js", "figures.js"),
    DIAGRAMS: ("mermaid.tiny.js", "diagrams.js"),
}
NAMES = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    '<div id="search-results"></div>': (
        '<h1 class="rt-unseen">Search results</h1><div id="search-results"></div>'
    ),
}
SETTINGS: dict[str, Any] = {
    "project": "Roundtrip",
    "html_title": "Roundtrip",
    "html_theme": "furo",
    "extensions": ["myst_nb", "sphinx.ext.githubpages", "kit.site.theme"],
    "exclude_patterns": ["_static"],
    "html_static_path": ["_static"],
    "html_favicon": "_static/icon.svg",
    "html_css_files": ["site.css"],
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_copyright": False,
    "html_last_updated_fmt": None,
    "html_domain_indices": False,
    "html_use_index": False,
    "html_theme_options": {
        "light_css_variables": {"color-brand-primary": "#00557f", "color-brand-content": "#00557f"},
        "dark_css_variables": {"color-brand-primary": "#8ecbf5", "color-brand-content": "#8ecbf5"},
        "footer_icons": [],
    },
    "pygments_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "myst_enable_extensions": ["attrs_block", "colon_fence"],
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",  # they were run before
    "nb_merge_streams": True,
    "nitpicky": True,
    "language": "en",
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx call what follows."""
    app.connect("html-page-context", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def finish(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Give a page its scripts, and let the keyboard reach whatever scrolls by itself."""
    body = context.get("body", "")
    for kind, scripts in SCRIPTS.items():
        if kind in body:
            for script in scripts:
                app.add_js_file(script, loading_method="defer")
    if body:
        context["body"] = reachable(body)


def labelled(page: str) -> str:
    """Return a whole page in which parts that the theme leaves without a name have one."""
    for without, with_name in NAMES.items():
        page = page.replace(without, with_name)
    return page


def reachable(body: str) -> str:
    """Return a page's HTML in which code and wide tables, which scroll, can be focused."""
    soup = BeautifulSoup(body, "html.parser")
    for code in soup.select("div.highlight pre"):
        code["tabindex"] = "0"
    for table in soup.select("table"):
        if not table.find_parent(class_=["rt-wide", "rt-map"]):
            table.wrap(soup.new_tag("div", attrs={"class": "rt-wide", "tabindex": "0"}))
    return str(soup)
