"""Everything that is known, as JSON."""

import json

from kit.grading.results import ClassResults


def text(results: ClassResults) -> str:
    """Return the results with every verdict."""
    return json.dumps(results.to_dict(), indent=2, ensure_ascii=False) + "\n"
