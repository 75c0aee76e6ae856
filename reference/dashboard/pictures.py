# lab 13 (given): a picture of a dashboard's rows
"""A line chart as SVG, drawn by the server: for browsers that run no scripts.

The picture is text and nothing else: it needs no library, scales with the page, and follows the
light or dark scheme of whoever looks at it.
"""

import decimal
import math
import unicodedata
import zoneinfo
from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd
from markupsafe import escape

from .sources import Column, Source

TEXT = 14  # the size of the letters; every length is in the same unit
LINE = 1.5 * TEXT
SIDE, STRIP, GAP = 56, 180, 1.2 * TEXT  # the room for numbers, a strip's height, and what follows
LEAST, MOST = 1e-290, 1e290  # what is smaller counts as nothing, and what is larger as this
STYLE = (
    "svg{color:#16202c;font:14px system-ui,sans-serif}text{fill:currentColor}"
    ".q{opacity:.75}.g{stroke:currentColor;opacity:.15}.l{fill:none;stroke-width:2}"
    ".l,circle{stroke:var(--c);stroke-linejoin:round}circle,rect{fill:var(--c)}"
    ".c0{--c:#0072b2}.c1{--c:#d55e00}.c2{--c:#00835f}.c3{--c:#b3508c}"
    ".c4{--c:#a97100}.c5{--c:#2f8fca}.c6{--c:#5b4db2}.c7{--c:#444}"
    "@media(prefers-color-scheme:dark){svg{color:#eaf0f6}"
    ".c0{--c:#56b4e9}.c1{--c:#ff8f4d}.c2{--c:#25c492}.c3{--c:#e48fc0}"
    ".c4{--c:#f0e442}.c5{--c:#8fa8ff}.c6{--c:#c8a2ff}.c7{--c:#e0e0e0}}"
)


def readable(value: float | None) -> str:
    """Return a number with three digits that count, such as 0.123, 41.2, 1,234 or 3.20e-6.

    A missing one is a dash. `readable` in static/numbers.js writes the same.
    """
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    if value == 0:
        return "0.00"
    with decimal.localcontext(rounding=decimal.ROUND_HALF_UP):  # as JavaScript rounds
        exact = decimal.Decimal(value)
        digits, _, exponent = f"{exact:.2e}".partition("e")
        if not -3 <= int(exponent) <= 6:
            return f"{digits}e{int(exponent)}"
        return f"{exact:,.{max(0, 2 - int(exponent))}f}"


def shortened(name: str, most: int = 32) -> str:
    """Return a name that is short enough for a picture: of a long one its beginning and its end."""
    if not name.strip():
        return "(no name)"
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}\N{HORIZONTAL ELLIPSIS}{name[-half:]}"


def zone_of(source: Source) -> str:
    """Return the zone that a source's times are shown in: its own, or UTC."""
    name: str = getattr(source, "timezone", None) or "UTC"
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return "UTC"
    return name


def clocks(times: pd.Series, zone: str) -> list[str]:
    """Return times as the clocks of a zone show them: with the date where they are of several days.

    At midnight (data of whole days) it is the date alone.
    """
    local = times.dt.tz_convert(zone)
    at = local.dt.strftime("%H:%M:%S").where(local != local.dt.normalize(), "")
    days = local.dt.strftime("%Y-%m-%d")
    several = days.nunique() > 1
    return [
        f"{day} {clock}".strip() if several or not clock else clock
        for day, clock in zip(days, at, strict=True)
    ]


def newest(columns: Sequence[Column], rows: pd.DataFrame) -> str:
    """Return the newest value of each column in words, such as `cpu 3.10 %, memory 41.0 %`."""
    if rows.empty:
        return "There are no values yet"
    last = rows.iloc[-1]
    return ", ".join(
        f"{c.name.strip() or '(no name)'} {readable(last[c.name])} {c.unit}".rstrip()
        for c in columns
    )


def picture(
    title: str, columns: Sequence[Column], rows: pd.DataFrame, width: int = 960, zone: str = "UTC"
) -> str:
    """Return an SVG document of `rows`: a line for each of `columns`, a strip for each unit.

    `rows` is as a source gives it: `time`, and floats with NaN where a value is missing. `width`
    is the picture's width in pixels, at which its letters have their natural size. Times are
    those of `zone`, which is said.
    """
    y = 0.0
    parts: list[str] = []
    numbered = sorted(enumerate(columns), key=lambda one: _units(columns).index(one[1].unit))
    for unit, group in groupby(numbered, key=lambda one: one[1].unit):
        strip = list(group)
        legend, y = _legend(unit, strip, width, y + LINE)
        parts += legend
        parts += _strip(strip, rows, width, y)
        y += STRIP + GAP
    parts += _times(rows, width, y, zone)
    height = math.ceil(y + TEXT)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="t d"><title id="t">{_text(title)}</title>'
        f'<desc id="d">{_text(newest(columns, rows))}</desc><style>{STYLE}</style>'
        f"{''.join(parts)}</svg>\n"
    )


def _units(columns: Sequence[Column]) -> list[str]:
    return list(dict.fromkeys(column.unit for column in columns))


def _text(words: str) -> str:
    """Return words as they may stand in XML, which knows no control characters."""
    kept = "".join(letter for letter in words if unicodedata.category(letter) not in {"Cc", "Cs"})
    return str(escape(kept))


def _legend(
    unit: str, strip: list[tuple[int, Column]], width: float, y: float
) -> tuple[list[str], float]:
    """Return the names above a strip, and where they end: they go on in a new line if need be."""
    parts = [f'<text x="0" y="{y:.0f}" class="q">{_text(unit)}</text>'] if unit else []
    x = (len(unit) * 0.6 + 1) * TEXT if unit else 0.0
    for index, column in strip:
        name = shortened(column.name)
        needs = (len(name) * 0.68 + 2.5) * TEXT
        if x and x + needs > width:
            x, y = 0.0, y + LINE
        swatch = f'<rect class="c{index % 8}" x="{x:.0f}" y="{y - 8:.0f}" width="14" height="5"/>'
        parts.append(f'{swatch}<text x="{x + 20:.0f}" y="{y:.0f}">{_text(name)}</text>')
        x += needs
    return parts, y + TEXT


def _strip(
    strip: list[tuple[int, Column]], rows: pd.DataFrame, width: float, top: float
) -> list[str]:
    """Return the lines of one unit's columns, with a grid behind them."""
    values = rows[[column.name for _, column in strip]] if len(rows) else pd.DataFrame([0.0])
    low, high = float(values.min().min()), float(values.max().max())
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    low = 0.0 if 0 <= low < 0.6 * high else low
    low, high = (min(max(end, -MOST), MOST) for end in (low, high))
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    def down(value: float) -> float:
        return top + STRIP * (1 - (min(max(value, low), high) - low) / (high - low))

    parts = [
        f'<path class="g" d="M{SIDE} {down(tick):.1f}H{width}"/><text class="q" x="{SIDE - 6}"'
        f' y="{down(tick) + 5:.1f}" text-anchor="end">{_short(tick)}</text>'
        for tick in ticks
    ]
    times = rows["time"].astype("int64").tolist() if len(rows) else []
    span = max(times[-1] - times[0], 1) if times else 1
    for index, column in strip:
        for run in _runs(times, rows[column.name].tolist() if times else []):
            dots = [
                f"{SIDE + (width - SIDE - 8) * (time - times[0]) / span:.1f} {down(value):.1f}"
                for time, value in run
            ]
            x, _, where = dots[0].partition(" ")
            parts.append(
                f'<path class="l c{index % 8}" d="M{"L".join(dots)}"/>'
                if len(dots) > 1
                else f'<circle class="c{index % 8}" cx="{x}" cy="{where}" r="2"/>'
            )
    return parts


def _runs(times: list[int], values: list[float]) -> Iterator[list[tuple[int, float]]]:
    """Yield what can be joined by a line: a missing value leaves a gap."""
    together = zip(times, values, strict=True)
    for there, run in groupby(together, key=lambda dot: math.isfinite(dot[1])):
        if there:
            yield list(run)


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers from below `low` to above `high`."""
    span = next(span for span in (high - low, abs(high), 1.0) if span > LEAST)
    rough = span / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(step * unit for step in (1, 2, 5, 10) if step * unit >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [float(f"{index * step:.12g}") for index in range(first, max(last, first + 1) + 1)]


def _short(tick: float) -> str:
    """Return a round number with few letters, such as 300k."""
    if abs(tick) >= 1e12:
        return f"{tick:.3g}".replace("e+", "e")
    for least, unit, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(tick) >= least:
            return f"{tick / unit:g}{letter}"
    return f"{tick:g}"


def _times(rows: pd.DataFrame, width: float, y: float, zone: str) -> list[str]:
    """Return the first and the last time below the strips, and their zone between them."""
    if rows.empty:
        return [f'<text x="{SIDE}" y="{y:.0f}">There are no values yet.</text>']
    first, last = rows["time"].iloc[[0, -1]].dt.tz_convert(zone)
    form = "%Y-%m-%d" if last - first > pd.Timedelta(days=2) else "%H:%M:%S"
    return [
        f'<text class="q" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{_text(words)}</text>'
        for words, x, anchor in (
            (f"{first:{form}}", SIDE, "start"),
            (zone, (SIDE + width - 8) / 2, "middle"),
            (f"{last:{form}}", width - 8, "end"),
        )
    ]
