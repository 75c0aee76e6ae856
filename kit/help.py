"""What `--help` prints, without anything being installed.

The texts in `help.txt`, and those of other languages in `locale`, are those that click makes of the
commands. `python -m tests.help_text` writes them anew, and a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

from kit import language

OPTIONS = {"-h", "--help"}
HEAD = "=== "  # begins the line with the name of a command


def file(chosen: str) -> Path:
    """The file with the texts of a language."""
    folder = Path(__file__).parent if chosen == language.ENGLISH else language.LOCALE / chosen
    return folder / "help.txt"


def asked(args: list[str]) -> str | None:
    """The help that `args` ask for; None where they do not, or name no command."""
    ours = args[: args.index("--")] if "--" in args else args
    if not OPTIONS & set(ours):
        return None
    said = file(language.current()).read_text("utf-8")
    texts = dict(part.split("\n", 1) for part in said.split(HEAD)[1:])
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
