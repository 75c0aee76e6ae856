# lab 9 (given): an expected refusal
"""What is raised where a client may not have what it asked for."""


class Refused(Exception):
    """A client is refused, with a `code` for programs and a `message` for people.

    Both reach the client: they say nothing that is not for its eyes.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
