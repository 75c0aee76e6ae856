"""What a file of checks may use, and nothing else of the kit; `contract` beside it for models.

That is a module by itself because pydantic takes its time to import.
"""

from kit.checking import answers, evidence
from kit.checking.causes import (
    JSON_TEXT,
    MORE_ARGUMENTS,
    OTHER_NAMESPACE,
    RETURNED,
    SENT_ELSEWHERE,
    SID_FIRST,
)
from kit.checking.check import check
from kit.checking.evidence import Rows
from kit.checking.failure import Failure, NotAttempted, NotHere, NotStarted, Silence, TimedOut
from kit.checking.http import Response
from kit.checking.lab_causes import Causes, causes
from kit.checking.log import Line, Log
from kit.checking.page import Page
from kit.checking.participant import Participant
from kit.checking.server import Server
from kit.checking.start import Start
from kit.checking.variation import number as steady_number
from kit.checking.verdict import Cause
from kit.running import FAILING, App, source

__all__ = [
    "FAILING",
    "JSON_TEXT",
    "MORE_ARGUMENTS",
    "OTHER_NAMESPACE",
    "RETURNED",
    "SENT_ELSEWHERE",
    "SID_FIRST",
    "App",
    "Cause",
    "Causes",
    "Failure",
    "Line",
    "Log",
    "NotAttempted",
    "NotHere",
    "NotStarted",
    "Page",
    "Participant",
    "Response",
    "Rows",
    "Server",
    "Silence",
    "Start",
    "TimedOut",
    "answers",
    "causes",
    "check",
    "evidence",
    "source",
    "steady_number",
]
