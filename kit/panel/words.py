"""What the page's scripts say, in the language that is spoken."""

import json
import re
from pathlib import Path

from kit.language import ENGLISH, _, current

SCRIPTS = Path(__file__).with_name("static")
SAID = re.compile(r'\bsay\(\s*("(?:[^"\\]|\\.)*")')


def words() -> dict[str, str]:
    """Return each text of the scripts with its translation; nothing where English is spoken."""
    if current() == ENGLISH:
        return {}
    scripts = [script.read_text(encoding="utf-8") for script in sorted(SCRIPTS.glob("*.js"))]
    return {text: _(text) for text in (json.loads(one) for one in SAID.findall("".join(scripts)))}
