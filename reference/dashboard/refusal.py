# lab 6 (given): a module for what a client may not have
"""What is said where a client may not have what it asked for."""

from typing import Any

# The answer to a name that no dashboard has: one code for programs, one message for people.
UNKNOWN = {"code": "unknown_dashboard", "message": "There is no dashboard of that name."}

# lab 14 (given): every code, for the description of the server
CODES = {
    "unknown_event": "The server has no event of that name.",
    "invalid_payload": "The payload does not fit its schema, or names a column that is not there.",
    "unknown_dashboard": "There is no dashboard of that id, or this client may not see it.",
    "session_invalid": "The session is none of this server's, or somebody else's.",
    "session_expired": "The session has expired: join again as a new client.",
    "token_invalid": "The token is none of this server's.",
    "token_expired": "The token has expired: fetch a new one.",
    "forbidden": "Only administrators may connect here, and nobody may send anything.",
    "rate_limited": "The client asks or connects too often: wait a moment.",
    "internal_error": "The server has made a mistake; the reference finds it in its log.",
}


# lab 9 (given): an expected refusal
class Refused(Exception):
    """A client is refused, with a `code` for programs and a `message` for people.

    Both reach the client: they say nothing that is not for its eyes.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def answer(self) -> dict[str, Any]:
        """The acknowledgement that says so."""
        return {"ok": False, "error": {"code": self.code, "message": self.message}}
