"""The CSV files that the demo shows: how the server is told of them, and what it makes of them."""

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.cli import USAGE, Trouble
from kit.commands import say
from kit.course import ROOT
from kit.language import _
from kit.running import RunningApp
from kit.running.app import LogLine

SOURCES = "dashboard.sources"  # whose log lines say what was left out of a file


@dataclass(frozen=True)
class Files:
    """CSV files, with the columns of times and the time zones that were named for all or each."""

    paths: Sequence[Path]
    time_columns: Sequence[str]
    timezones: Sequence[str]

    def check(self, *, preview: bool) -> None:
        """Raise Trouble where something is named of a file, and no file is."""
        options = {
            "--time": bool(self.time_columns),
            "--timezone": bool(self.timezones),
            "--preview": preview,
        }
        for option, is_given in options.items():
            if is_given and not self.paths:
                raise Trouble(
                    _("{option} is about the file that --csv names; say which.").format(
                        option=option
                    ),
                    USAGE,
                )

    def settings(self) -> dict[str, object]:
        """Return the settings that name them to the server."""
        if not self.paths:
            return {}
        return {
            "CSV": [str(path.resolve()) for path in self.paths],
            "CSV_TIME": [*self.time_columns],
            "CSV_TIMEZONE": [*self.timezones],
        }

    def preview(self) -> None:
        """Print what the server makes of each. Raises Trouble where it refuses one."""
        sys.path.insert(0, str(ROOT / "reference"))
        from dashboard.sources import SourceError
        from dashboard.sources.csvfile.opening import open_files
        from dashboard.sources.csvfile.preview import preview

        logging.getLogger(SOURCES).addHandler(logging.NullHandler())  # it is printed anyway
        paths = [str(path.resolve()) for path in self.paths]
        try:
            for file in open_files(paths, self.time_columns, self.timezones):
                say(preview(file))
        except SourceError as refusal:
            raise Trouble(str(refusal), USAGE) from None


class Remarks:
    """What a running server logs about its files."""

    def __init__(self, app: RunningApp) -> None:
        self._app = app
        self._last: LogLine | None = None

    def new(self) -> list[str]:
        """Return what it has said since the last call."""
        said = []
        for line in reversed(list(self._app.log)):
            if line is self._last:
                break
            said.append(line)
        self._last = said[0] if said else self._last
        return [message for line in reversed(said) if (message := _remark(line.text))]


def _remark(line: str) -> str:
    """Return the message of a log line that is about a file, "" for another line."""
    try:
        fields = json.loads(line)
        return str(fields["message"]) if fields["log.logger"].startswith(SOURCES) else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
