"""What `--help` prints, without anything being installed.

The texts in `help.txt` are those that click makes of the commands. `python -m tests.help_text`
writes them anew, and a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("help.txt")
OPTIONS = {"-h", "--help"}
HEAD = "=== "  # begins the line with the name of a command


def asked(args: list[str]) -> str | None:
    """The help that `args` ask for; None where they do not, or name no command."""
    ours = args[: args.index("--")] if "--" in args else args
    if not OPTIONS & set(ours):
        return None
    texts = dict(part.split("\n", 1) for part in FILE.read_text("utf-8").split(HEAD)[1:])
    command = ""
    for word in ours:
        longer = f"{command} {word}".strip()
        if longer not in texts:
            break
        command = longer
    if command or ours[0] in OPTIONS:
        return texts[command]
    # Options without a command are those of `labs`.
    return texts["labs"] if ours[0].startswith("-") else None
