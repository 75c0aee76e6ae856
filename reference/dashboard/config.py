# lab 1 (given): a class for each environment
"""What differs between a laptop, a test and a deployed server.

Each class is one environment. `create_app` also reads variables named `DASHBOARD_…` from the
system's environment, at the moment the app is made: `DASHBOARD_SECRET_KEY` becomes `SECRET_KEY`.
"""

from collections.abc import Callable, Sequence

from .sources import Source
from .sources.machine import Machine
from .sources.replay import Replay


class Config:
    """What every environment shares."""

    # lab 1: the settings that every environment has
    ENVIRONMENT = "base"
    DEBUG = False
    SECRET_KEY: str | None = None

    # lab 2 (given): what there is to look at, and how many rows of it are kept
    SOURCES: Sequence[Callable[[], Source]] = (Machine, Replay)
    KEEP_ROWS = 300
    FEED_SECONDS = 1.0

    # lab 2 (given): a CSV file to follow as well, and its column of times
    CSV: str | None = None
    CSV_TIME = "time"


class Development(Config):
    """For a laptop: errors are shown in full, and the key is no secret."""

    # lab 1: name it, switch debugging on, give it a key
    ENVIRONMENT = "development"
    DEBUG = True
    SECRET_KEY = "not a secret: development only"


class Testing(Config):
    """For automated tests: exceptions reach the test that caused them."""

    # lab 1: name it, switch testing on, give it a key
    ENVIRONMENT = "testing"
    TESTING = True
    SECRET_KEY = "not a secret: tests only"


class Production(Config):
    """For people: nothing is shown that they need not see, and the key comes from outside."""

    # lab 1: name it, and leave the key to the system's environment
    ENVIRONMENT = "production"
