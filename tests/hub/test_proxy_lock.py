"""The lock of the hub's proxy."""

from tests import npm_lock
from tests.hub.hub import HERE


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    npm_lock.assert_exact(HERE)
