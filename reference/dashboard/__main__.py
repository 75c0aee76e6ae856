# lab 1 (given): the way to run the server by hand
"""Run the server by hand: `python -m dashboard`, then open the address that it prints.

`PORT` chooses another port, `DASHBOARD_CONFIG` another class of `dashboard.config`.
"""

import os
import sys

from werkzeug.serving import run_simple

from . import create_app

if __name__ == "__main__":
    # lab 14 (given): with options, run several processes behind one address
    if len(sys.argv) > 1:
        from .workers import main

        sys.exit(main(sys.argv[1:]))

    environment = os.environ.get("DASHBOARD_CONFIG", "Development")

    # lab 8 (given): werkzeug says so in lines that are no JSON, and are kept out of the log
    print(f"The dashboard is at http://127.0.0.1:{os.environ.get('PORT', '8000')}", flush=True)

    run_simple(
        "127.0.0.1",
        int(os.environ.get("PORT", "8000")),
        create_app(f"{__package__}.config.{environment}"),
        threaded=True,
    )
