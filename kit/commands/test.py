"""The kit's own tests."""

import subprocess
import sys

import click

from kit.cli import BROKE, FAILED, PASSED, STOPPED, USAGE
from kit.commands.labs import prepare
from kit.course import ROOT

# pytest's own exit statuses, and what they mean here. 5 is "no tests ran".
STATUS = {0: PASSED, 1: FAILED, 2: STOPPED, 3: BROKE, 4: USAGE, 5: FAILED}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> int:
    """Set up, and run the kit's own tests. ARGUMENTS go to pytest.

    With ROUNDTRIP_STRICT=1 in the environment, a missing browser is a failure, not a skip.
    """
    prepare()
    with subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=ROOT) as pytest:
        while True:
            try:
                return STATUS.get(pytest.wait(), BROKE)
            except KeyboardInterrupt:
                # Ctrl-C has reached pytest as well; it says what it stopped in, then ends.
                continue
