"""The lock of what draws the site's diagrams."""

from kit.site import building
from tests import npm_lock


def test_the_npm_lock_is_exact_and_names_no_place() -> None:
    npm_lock.assert_exact(building.HERE / "browser")
