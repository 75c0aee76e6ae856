"""Run a notebook of the course as JupyterLab does, without one."""

import asyncio
import contextlib
import copy
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient

WAITS = "timeout=5"  # how cells say how long they wait: long enough for a person's machine


def run(notebook: Path, *, longest: float, times: int = 1) -> Any:
    """Return the notebook as it is after a run in its own folder, each cell so many times.

    A cell may take `longest` seconds, and whatever it waits for as long: other programs may keep
    the machine busy. The texts of the cells are as they were. Raises CellExecutionError.
    """
    content = nbformat.read(notebook, as_version=4)
    content.cells = [copy.deepcopy(cell) for cell in content.cells for _ in range(times)]
    texts = [cell.source for cell in content.cells]
    for cell in content.cells:
        cell.source = cell.source.replace(WAITS, f"timeout={longest}")
    client = NotebookClient(
        content,
        timeout=int(longest),
        startup_timeout=int(longest),
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    # In the main thread nbclient would take Ctrl-C for itself, and fail in some other way then.
    with ThreadPoolExecutor(1) as pool:
        # What the kernel itself prints, such as a warning of its own, is no part of the notebook.
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = pool.submit(lambda: asyncio.run(client.async_execute(**quiet)))
        try:
            done.result()
        except BaseException:
            _end(client)
            raise
    for cell, text in zip(content.cells, texts, strict=True):
        cell.source = text
    return content


def _end(client: NotebookClient) -> None:
    """End the kernel, where it still runs, with all that it has started."""
    process = getattr(getattr(client.km, "provisioner", None), "process", None)
    if process is None:
        return
    with contextlib.suppress(psutil.Error):
        kernel = psutil.Process(process.pid)
        for one in [kernel, *kernel.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                one.kill()
