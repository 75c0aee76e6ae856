"""The lock of the bench's npm packages: exact, and without the name of any place."""

from kit.bench.server.node_packages import HERE
from tests import npm_lock


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    npm_lock.assert_exact(HERE)
