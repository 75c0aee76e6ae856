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
        from .deploy.workers import main

        sys.exit(main(sys.argv[1:]))

    environment = os.environ.get("DASHBOARD_CONFIG", "Development")
    port = int(os.environ.get("PORT", "8000"))

    # Werkzeug says where it is, too; but in JupyterHub the person's browser is on another machine.
    hub = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    address = f"{hub}proxy/{port}/ on this hub" if hub else f"http://127.0.0.1:{port}"
    print(f"The dashboard is at {address}", flush=True)

    run_simple("127.0.0.1", port, create_app(f"{__package__}.config.{environment}"), threaded=True)
