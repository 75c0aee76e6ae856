# lab 6 (given): a module for what a client may not have
"""What is said where a client may not have what it asked for."""

# The answer to a name that no dashboard has: one code for programs, one message for people.
UNKNOWN = {"code": "unknown_dashboard", "message": "There is no dashboard of that name."}


# lab 9 (given): an expected refusal
class Refused(Exception):
    """A client is refused, with a `code` for programs and a `message` for people.

    Both reach the client: they say nothing that is not for its eyes.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
