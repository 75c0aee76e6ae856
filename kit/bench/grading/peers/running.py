"""Run another grader's program."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

LONGEST = 300  # seconds; what takes longer has hung


class Failed(Exception):
    """A grader did not do the job. Its text is what it said at last."""


def run(
    command: Sequence[str | Path], folder: Path, *, may_be: tuple[int, ...] = (0,)
) -> "subprocess.CompletedProcess[str]":
    """Run it in `folder` to its end. Raises Failed where its exit status is none of `may_be`."""
    program = Path(command[0])
    variables = {name: os.environ[name] for name in os.environ if not name.startswith("PYTHON")}
    # What a grader calls by name must be that of its own environment.
    variables["PATH"] = os.pathsep.join([str(program.parent), variables.get("PATH", "")])
    variables["VIRTUAL_ENV"] = str(program.parent.parent)
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(str(error)) from None
    if done.returncode not in may_be:
        said = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-8:]
        raise Failed("\n".join([f"{program.name} ended with {done.returncode}:", *said]))
    return done
