# lab 1 (given): the way to run the server by hand
"""Run the server by hand: `python -m dashboard`, then open the address that it prints.

`PORT` chooses another port, `DASHBOARD_CONFIG` another class of `dashboard.config`.
"""

import os

from werkzeug.serving import run_simple

from . import create_app

if __name__ == "__main__":
    environment = os.environ.get("DASHBOARD_CONFIG", "Development")
    run_simple(
        "127.0.0.1",
        int(os.environ.get("PORT", "8000")),
        create_app(f"{__package__}.config.{environment}"),
        threaded=True,
    )
