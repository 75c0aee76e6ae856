"""Small Socket.IO apps for tests."""

from textwrap import dedent

LIVE = """
import os, time, threading
from flask import Flask, request
from flask_socketio import SocketIO, emit

socketio = SocketIO(async_mode="threading")

def create_app():
    app = Flask(__name__)
    socketio.init_app(app)
    return app
"""


def live(handlers: str) -> str:
    """Return an app with these handlers."""
    return f"{LIVE}\n{dedent(handlers)}"


def with_handler(body: str, event: str = "do") -> str:
    """Return an app with a handler of this body."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    return live(f'@socketio.on("{event}")\ndef handle(payload=None):\n{lines}')
