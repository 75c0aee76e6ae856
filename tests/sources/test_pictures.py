"""The picture of a dashboard's rows can be drawn whatever numbers a source gives."""

import re
from itertools import product
from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard.pictures import picture
from dashboard.sources import Column

INF, NAN = float("inf"), float("nan")
NUMBERS = [
    0.0,
    5e-324,
    1e-300,
    -1e-12,
    1.0,
    1 + 2e-16,
    1e17,
    1e17 + 16,
    1.7e308,
    -1.7e308,
    INF,
    NAN,
]


@pytest.mark.parametrize(("first", "then"), list(product(NUMBERS, NUMBERS)))
def test_every_two_numbers_have_a_picture(first: float, then: float) -> None:
    times = pd.date_range("2026-01-01", periods=2, freq="s", tz="UTC")
    rows = pd.DataFrame({"time": times, "load": [first, then]})
    drawn = ElementTree.fromstring(picture("Load", [Column("load", "%")], rows))
    height = float(drawn.attrib["height"])
    lines = [part.attrib["d"] for part in drawn.iter() if part.attrib.get("class") == "l c0"]
    for line in lines:
        ys = [float(y) for y in re.findall(r" (-?[\d.]+)", line)]
        assert all(0 <= y <= height for y in ys)
