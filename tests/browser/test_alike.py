"""What the page does in JavaScript and the server in Python comes out alike."""

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.pictures import readable
from dashboard.thinning import thin
from kit.course import ROOT
from kit.npm import node_command

STATIC = ROOT / "reference" / "dashboard" / "static"
EXAMPLES: list[tuple[float | None, str]] = [
    (None, "\N{EN DASH}"),
    (0.0, "0.00"),
    (-0.0, "0.00"),
    (3.2e-6, "3.20e-6"),
    (-3.2e-6, "-3.20e-6"),
    (5e-324, "4.94e-324"),
    (0.0009994, "9.99e-4"),
    (0.0009996, "0.00100"),
    (0.0123, "0.0123"),
    (0.5, "0.500"),
    (1.0, "1.00"),
    (1.125, "1.13"),
    (9.994, "9.99"),
    (9.996, "10.0"),
    (-41.26, "-41.3"),
    (99.96, "100"),
    (122.5, "123"),
    (999.6, "1,000"),
    (-12345.6, "-12,346"),
    (1_234_567.0, "1,234,567"),
    (9_994_999.0, "9,994,999"),
    (9_999_999.0, "1.00e7"),
    (1.23e12, "1.23e12"),
    (1e300, "1.00e300"),
    (-1.7e308, "-1.70e308"),
]


def node(tmp_path: Path, module: str, script: str, given: object) -> Any:
    """Return what `script` gives for `given`, with the functions of one of the page's modules."""
    shutil.copy(STATIC / f"{module}.js", tmp_path / "page.mjs")
    main = tmp_path / "main.mjs"
    main.write_text(
        "import * as page from './page.mjs';\nimport { readFileSync } from 'node:fs';\n"
        f"const given = JSON.parse(readFileSync(0));\nconst result = ({script})(given);\n"
        "console.log(JSON.stringify(result));\n",
        "utf-8",
    )
    ran = subprocess.run(
        [*node_command(), str(main)],
        input=json.dumps(given),
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize(("value", "text"), EXAMPLES)
def test_a_number_is_readable(value: float | None, text: str) -> None:
    assert readable(value) == text


def test_numbers_are_readable_in_the_same_way_on_the_page(tmp_path: Path) -> None:
    random = np.random.default_rng(9)
    sizes = 10.0 ** random.uniform(-12, 12, 2000) * random.choice([-1, 1], 2000)
    halves = [index / 8 for index in range(4000)]  # many of them lie between two numbers
    values = [*(value for value, _ in EXAMPLES), *sizes.tolist(), *halves]
    found = node(tmp_path, "numbers", "given => given.map(page.readable)", values)
    assert found == [readable(value) for value in values]


def test_infinity_and_what_is_no_number_are_missing() -> None:
    assert [readable(value) for value in (math.inf, -math.inf, math.nan)] == ["\N{EN DASH}"] * 3


@pytest.mark.parametrize("seed", range(5))
def test_a_page_thins_its_points_as_the_server_does(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    updates = []
    now = -5000
    for step in (0, 1, 8, 8, 64, 64):
        times = now + np.cumsum(random.integers(-3, 20, 60))
        values = np.where(random.random(60) < 0.2, np.nan, random.normal(size=60))
        now = int(times.max())
        updates.append((times, values, now - 3000 - (now - 3000) % (step or 1), step))
    so_far = np.empty(0, np.int64), np.empty((0, 1))
    for times, values, since, step in updates:
        all_times = np.concatenate([so_far[0], times])
        all_values = np.concatenate([so_far[1], values[:, None]])
        order = np.argsort(all_times, kind="stable")
        order = order[all_times[order] >= since]
        so_far = thin(all_times[order], all_values[order], step)
    given = [
        {
            "more": {"times": times.tolist(), "values": [none(value) for value in values]},
            "window": {"since": since, "step": step},
        }
        for times, values, since, step in updates
    ]
    script = (
        "given => given.reduce((line, { more, window }) => page.added(line, more, window),"
        " { times: [], values: [] })"
    )
    found = node(tmp_path, "window", script, given)
    assert found == {
        "times": so_far[0].tolist(),
        "values": [none(value) for value in so_far[1][:, 0]],
    }


def none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
