"""The kit's own tests."""

import os
import subprocess
import sys

import click

from kit import extras, home, installation
from kit.cli import BROKE, FAILED, PASSED, STOPPED, USAGE
from kit.commands.labs import prepare
from kit.course import ROOT

# pytest's own exit statuses, and what they mean here. 5 is "no tests ran".
STATUS = {0: PASSED, 1: FAILED, 2: STOPPED, 3: BROKE, 4: USAGE, 5: FAILED}

# Tests wait for servers and browsers more than they compute: one more at once than there are
# processors. The tests of a file stay together, since they share servers. Files come in the order
# of their names: xdist's own puts those of few tests last, and they are the long ones.
TOGETHER = ["--numprocesses", str(min((os.cpu_count() or 1) + 1, 6)), "--dist", "loadfile",
            "--no-loadscope-reorder"]  # fmt: skip


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> int:
    """Set up, and run the kit's own tests. ARGUMENTS go to pytest.

    All of them run several at once; where ARGUMENTS name files, one after another.
    With ROUNDTRIP_STRICT=1 in the environment, a missing browser is a failure, not a skip.
    """
    home.spare_for_jupyter(installation.cache(ROOT))  # kernels are started
    prepare()
    extras.ensure(ROOT, installation.say)
    names_files = any((ROOT / word.partition("::")[0]).exists() for word in arguments)
    options = [*([] if names_files else TOGETHER), *arguments]
    with subprocess.Popen([sys.executable, "-m", "pytest", *options], cwd=ROOT) as pytest:
        while True:
            try:
                return STATUS.get(pytest.wait(), BROKE)
            except KeyboardInterrupt:
                # Ctrl-C has reached pytest as well; it says what it stopped in, then ends.
                continue
