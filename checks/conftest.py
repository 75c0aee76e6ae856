"""Lets pytest run the checks: `pytest checks --app DIR`."""

from kit.checking.pytest_plugin import pytest_addoption, pytest_collect_file, pytest_configure

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure"]
