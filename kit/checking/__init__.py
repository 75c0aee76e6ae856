"""What a file of checks may use, and nothing else of the kit."""

from kit.checking.causes import MORE_ARGUMENTS, OTHER_NAMESPACE
from kit.checking.check import check
from kit.checking.failure import Failure, NotAttempted, NotStarted, Silence
from kit.checking.http import Response
from kit.checking.lab_causes import Causes, causes
from kit.checking.participant import Participant
from kit.checking.server import Server, Starter
from kit.checking.verdict import Cause
from kit.running import FAILING, App, source, steady_number

__all__ = [
    "FAILING",
    "MORE_ARGUMENTS",
    "OTHER_NAMESPACE",
    "App",
    "Cause",
    "Causes",
    "Failure",
    "NotAttempted",
    "NotStarted",
    "Participant",
    "Response",
    "Server",
    "Silence",
    "Starter",
    "causes",
    "check",
    "source",
    "steady_number",
]
