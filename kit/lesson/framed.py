"""The panel in a notebook's cell, where the Jupyter that runs the notebook leads to it.

The kit's own JupyterLab has the panel at a path of its own; another one behind a proxy, such as a
hub's, leads to the ports of its machine.
"""

import html
import json
import os

from kit import reachable
from kit.course import Lab
from kit.language import N_, _
from kit.panel import finding, tab
from kit.panel.address import VARIABLE

AS_A_TAB = N_(
    '<a href="{address}" target="_blank" {command}>Open it in a tab</a> beside your files, or'
    ' <a href="{address}" target="_blank">in a window of its own</a>.'
)
IN_A_WINDOW = N_('<a href="{address}" target="_blank">Open it in a window of its own</a>.')


def framed(lab: Lab) -> str | None:
    """Return the live verdict on a lab as HTML; None where this notebook's Jupyter has no panel.

    What is shown is the panel's page, so nothing old is left standing: not when the kernel has
    gone, nor when the notebook is opened again.
    """
    if path := os.environ.get(VARIABLE):
        address = f"{reachable.jupyter() or '/'}{path}/labs/{lab.number}"
        beside = _(AS_A_TAB).format(address=html.escape(address), command=_command(lab, address))
        return _frame(lab, f"{address}?in=notebook", beside)
    if reachable.jupyter() is None or not reachable.leads_to_ports():
        return None
    try:
        panel = finding.ensure(lab.root)
    except finding.PanelDidNotStart:
        return None
    # A notebook is kept and handed in with its outputs, so the key does not stand in them.
    address = f"{reachable.for_people(panel.url)}?ticket={panel.ticket()}&lab={lab.number}"
    beside = _(IN_A_WINDOW).format(address=html.escape(address))
    return _frame(lab, f"{address}&in=notebook", beside)


def _command(lab: Lab, address: str) -> str:
    """Return what makes a link open a tab of JupyterLab; elsewhere it opens a window."""
    given = json.dumps(tab.opened(address, lab.title, lab.number))
    name = "data-commandlinker"
    return f'{name}-command="{tab.COMMAND}" {name}-args="{html.escape(given)}"'


def _frame(lab: Lab, inside: str, beside: str) -> str:
    """Return the page at `inside` in a frame, with `beside` below it."""
    title = html.escape(_("Checklist of {title}").format(title=lab.title))
    style = "box-sizing:border-box;width:100%;height:32em;border:1px solid #8884;border-radius:4px"
    return (
        f'<iframe src="{html.escape(inside)}" title="{title}" style="{style};resize:vertical">'
        f"</iframe><div>{beside}</div>"
    )
