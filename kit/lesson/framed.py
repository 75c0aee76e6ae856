"""The panel in a notebook's cell, where the JupyterLab that runs the notebook leads to it."""

import html
import os

from kit import reachable
from kit.course import Lab
from kit.language import _
from kit.panel.address import VARIABLE


def framed(lab: Lab) -> str | None:
    """Return the live verdict on a lab as HTML; None where this notebook's Jupyter has no panel.

    What is shown is the panel's page, so nothing old is left standing: not when the kernel has
    gone, nor when the notebook is opened again.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    address = html.escape(f"{reachable.jupyter() or '/'}{path}/labs/{lab.number}")
    title = html.escape(_("Checklist of {title}").format(title=lab.title))
    beside = _(
        '<a href="{address}" target="_blank">Open it in a window of its own</a>, or as'
        " <em>Panel</em> from the launcher, beside your files."
    ).format(address=address)
    style = "box-sizing:border-box;width:100%;height:32em;border:1px solid #8884;border-radius:4px"
    return (
        f'<iframe src="{address}?in=notebook" title="{title}" style="{style};resize:vertical">'
        f"</iframe><div>{beside}</div>"
    )
