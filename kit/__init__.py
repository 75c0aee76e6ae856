"""The machinery behind `python3 -m kit`: see `python3 -m kit --help`."""
