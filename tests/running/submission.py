"""Write small apps for a test to run."""

from pathlib import Path
from textwrap import dedent

from kit.running import App, Plan

PLAIN = App(config=None)

HELLO = """
from flask import Flask

def create_app():
    app = Flask(__name__)

    @app.get("/")
    def hello():
        return "hello"

    return app
"""


def save(folder: Path, source: str, name: str = "__init__.py") -> Path:
    """Write one file of the package in `folder`, and return `folder`."""
    path = folder / "dashboard" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(source).lstrip("\n"), encoding="utf-8")
    return folder


def plan(folder: Path, source: str, *apps: App) -> Plan:
    """Return the plan to serve this source, saved in `folder`."""
    return Plan(save(folder, source), apps or (PLAIN,))


def with_line(line: str) -> str:
    """Return an app at whose import this line is run before anything else."""
    return f"{dedent(line).strip()}\n{HELLO}"


def with_view(body: str) -> str:
    """Return an app with a view at /do with this body."""
    body = "".join(f"        {line}\n" for line in dedent(body).strip().splitlines())
    view = f'    @app.get("/do")\n    def do():\n{body}\n    return app\n'
    return HELLO.replace("    return app\n", view)
