"""Runs `kit.running.host` with greenlets in place of threads: `python -m kit.greenlets PORT`.

What waits in gevent's way has to do so from the beginning, so nothing else is imported before.
"""

from importlib import metadata


def patch() -> None:
    """Make the standard library wait in gevent's way."""
    found = metadata.entry_points
    # For each module, gevent looks for plugins of its own through all packages: 0.3 s for nothing.
    metadata.entry_points = lambda **_: ()  # type: ignore[assignment]
    try:
        from gevent import monkey

        monkey.patch_all()
    finally:
        metadata.entry_points = found


if __name__ == "__main__":
    patch()

    from kit.running.host import main

    main()
