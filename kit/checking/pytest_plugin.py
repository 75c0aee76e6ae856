"""The checks as pytest tests, for an instructor who likes pytest: `pytest checks --app DIR`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import loopback
from kit.checking.check import FILE, Check, load
from kit.checking.runner import run
from kit.checking.verdict import Outcome, Result
from kit.language import _
from kit.report.words import outcome_in_words
from kit.running import PACKAGE, Launcher


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--app`."""
    parser.addoption("--app", type=Path, help=_("the folder that holds the package `dashboard`"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep connections to the app away from proxies. Refuse to begin without an app to check."""
    loopback.spare()
    folder: Path | None = config.getoption("--app")
    if config.option.collectonly or (folder and (folder / PACKAGE).is_dir()):
        return
    found = _("No app is named.")
    if folder:
        found = _("There is no app in {folder}.").format(folder=folder)
    raise pytest.UsageError(
        _(
            "{found} Name the folder that holds the package `{package}`: pytest checks --app DIR"
        ).format(found=found, package=PACKAGE)
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files of checks."""
    if FILE.fullmatch(file_path.name):
        return CheckFile.from_parent(parent, path=file_path)
    return None


class CheckFile(pytest.File):
    """One lab's checks. They run together when the first of them is asked for."""

    _results: dict[str, Result] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        for check in load(self.path):
            yield CheckItem.from_parent(self, name=check.name, check=check)

    def results(self) -> dict[str, Result]:
        """Return the result of every check of this file, by name."""
        if self._results is None:
            folder: Path = self.config.getoption("--app")
            with Launcher() as launcher:
                verdict = run(load(self.path), folder.resolve(), launcher)
            self._results = {result.check: result for result in verdict.results}
        return self._results


class CheckFailed(Exception):
    """A check did not pass."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.title)
        self.result = result


class CheckItem(pytest.Item):
    """One check as a test."""

    def __init__(self, *, check: Check, name: str, parent: CheckFile) -> None:
        super().__init__(name, parent)
        self._file = parent
        self._check = check

    def runtest(self) -> None:
        result = self._file.results()[self._check.name]
        if result.outcome is Outcome.NOT_TRIED:
            pytest.skip(result.detail)
        if not result.passed:
            raise CheckFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        if not isinstance(excinfo.value, CheckFailed):
            return str(super().repr_failure(excinfo))
        result = excinfo.value.result
        if result.finding is None:
            return f"{result.title}\n{outcome_in_words(result.outcome)}: {result.detail}"
        found = result.finding
        return _(
            "{title}\ndone:     {done}\nexpected: {expected}\ncame:     {came}\nlikely:  "
            " {likely}\n"
            "next:     {next_step}"
        ).format(
            title=result.title,
            done="; ".join(found.did),
            expected=found.expected,
            came=found.got,
            likely=found.cause.likely,
            next_step=found.cause.next_step,
        )

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"lab {self._check.lab}: {self._check.title}"
