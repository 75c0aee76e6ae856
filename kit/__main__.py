"""The way in: `python3 -m kit`.

This file keeps to what the oldest Python 3 can read, so that a Python that is too old for the rest
gets a plain sentence and not a SyntaxError. Everything else starts in `kit.environment`.
"""

import pathlib
import sys

# Guarded, because child processes on macOS and Windows import this module again.
if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - that is the very thing to find out
        from kit.language import _

        sys.stderr.write(
            _(
                "Roundtrip needs Python 3.11 or newer, and this is Python {version} ({program}).\n"
                "Get a newer one from python.org/downloads. If you have one already, call it by"
                " its\n"
                "own name, for example:  python3.13 -m kit   (on Windows:  py -3.13 -m kit)\n"
            ).format(version=".".join(map(str, sys.version_info[:3])), program=sys.executable)
        )
        sys.exit(3)

    if not __package__:  # called by its path, from another folder:  python3 ../../kit serve 6
        sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])

    try:
        from kit.environment import main

        status = main(sys.argv[1:])
    except KeyboardInterrupt:
        from kit.language import _

        sys.stderr.write("\n" + _("Stopped.") + "\n")
        status = 130
    sys.exit(status)
