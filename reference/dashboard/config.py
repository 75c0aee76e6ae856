# lab 1 (given): a class for each environment
"""What differs between a laptop, a test and a deployed server.

Each class is one environment. `create_app` also reads variables named `DASHBOARD_…` from the
system's environment, at the moment the app is made: `DASHBOARD_SECRET_KEY` becomes `SECRET_KEY`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

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

    # lab 2 (given): CSV files to follow as well, one or several; for all or each: its column of
    # times (it is found without) and the time zone of times that name none (without it UTC)
    CSV: str | Sequence[str] | None = None
    CSV_TIME: str | Sequence[str] | None = None
    CSV_TIMEZONE: str | Sequence[str] | None = None

    # lab 13 (given): how far back charts go, such as "10m"; None for ten minutes at least
    WINDOW: str | None = None

    # lab 7 (given): the other websites that may use this server, its names, the proxies in front
    ORIGINS: str | Sequence[str] = ()
    TRUSTED_HOSTS: str | Sequence[str] = ()
    HUB: str | None = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")  # such as /user/ada/
    PROXIES = 1 if HUB else 0  # JupyterHub has one in front

    # lab 7 (given): a path that a proxy leaves before every address
    PATH_PREFIX: str | None = f"{HUB}proxy/absolute/{{port}}" if HUB else None

    # lab 8 (given): the least level of what is logged
    LOG_LEVEL = "INFO"

    # lab 9 (given): how long a session outlives its connection, and how many such are kept
    SESSION_SECONDS = 3600.0
    KEEP_SESSIONS = 10_000

    # lab 11 (given): how often administrators are sent the figures
    FIGURES_SECONDS = 1.0

    # lab 11 (given): who may watch the server, by name and hash of the password
    ADMIN_UI = False
    ADMINISTRATORS: str | Sequence[str] = ()
    USERS: Mapping[str, str] = {}

    # lab 12 (given): what is for members alone, and how long they are known
    PRIVATE: str | Sequence[str] = ()
    DEMO = False
    TOKEN_SECONDS = 60
    SESSION_COOKIE_SAMESITE = "Lax"

    # lab 12 (given): how often a client may ask, connect, and try a password
    EVENTS_RATE = "50/second"
    CONNECTIONS_RATE = "200/second"
    PASSWORDS_RATE = "10/minute"

    # lab 12 (given): how large a form may be, and an event, in bytes
    MAX_CONTENT_LENGTH = 16_384
    MOST_BYTES = 16_384

    # lab 15 (given): what people should know of the data, by headings
    ABOUT: Mapping[str, str] = {}

    # lab 14 (given): what carries on several clients at once, and what several processes share
    ASYNC_MODE = "threading"
    REDIS: str | None = None
    REDIS_PREFIX: str | None = None
    QUEUE: str | None = None
    PROCESS: str | None = None  # what the proxy calls it


class Development(Config):
    """For a laptop: errors are shown in full, and the key is no secret."""

    # lab 1: name it, switch debugging on, give it a key
    ENVIRONMENT = "development"
    DEBUG = True
    SECRET_KEY = "not a secret: development only"

    # lab 12 (given): somebody to sign in as, on this machine
    DEMO = True


class Testing(Config):
    """For automated tests: exceptions reach the test that caused them."""

    # lab 1: name it, switch testing on, give it a key
    ENVIRONMENT = "testing"
    TESTING = True
    SECRET_KEY = "not a secret: tests only"

    # lab 12 (given): tests are in a hurry
    EVENTS_RATE = "10000/second"
    CONNECTIONS_RATE = "10000/second"


class Production(Config):
    """For people: nothing is shown that they need not see, and the key comes from outside."""

    # lab 1: name it, and leave the key to the system's environment
    ENVIRONMENT = "production"

    # lab 12 (given): send the cookie over TLS only
    SESSION_COOKIE_SECURE = True


# lab 15 (given): a class for your own dashboard, which is shown to people
class Own(Production):
    """One file of your own, and nothing else."""

    # lab 15: name your file, its column of times, and the zone that they are written in
    CSV = str(Path(__file__).parent / "own" / "data.csv")
    CSV_TIME = "time"
    CSV_TIMEZONE = "Europe/Berlin"
    SOURCES = ()

    # lab 15: tell people what they see, where it comes from, and what it does not say
    ABOUT: Mapping[str, str] = {
        "What you see": "Two thermometers, in and outside a greenhouse, with humidity and light.",
        "Where it comes from": "Invented for this course: a row each quarter of an hour, in March.",
        "What it does not say": "A sensor failed for an hour and a half. Nobody knows why.",
    }
