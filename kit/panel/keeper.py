"""Runs the panel's process, and runs it again when it was killed: `python -m kit.panel.keeper`.

It does nothing else, so it costs next to nothing. When the process ends by itself, so does this.
"""

import subprocess
import sys
import time

QUICK = 10.0  # seconds; a process that ends sooner has most likely not started
MOST_QUICK = 3  # in a row


def main(arguments: list[str]) -> int:
    """Keep the process running, and return its last exit status."""
    status = quick = 0
    while quick < MOST_QUICK:
        began = time.monotonic()
        command = [sys.executable, "-m", "kit.panel.process", *arguments]
        status = subprocess.run(command, check=False).returncode
        if status == 0:
            break
        quick = quick + 1 if time.monotonic() - began < QUICK else 0
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
