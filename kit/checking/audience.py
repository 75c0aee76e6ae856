"""Who hears what: an action is done, and an event reaches the one that it is for."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from kit.checking.failure import Failure
from kit.checking.participant import Participant
from kit.checking.transcript import Passed
from kit.checking.verdict import Cause, Mark
from kit.language import said


@contextmanager
def only(
    hearer: Participant | None,
    *,
    hears: str | Collection[str],
    among: Iterable[Participant],
    otherwise: Cause,
    twice: Cause | None = None,
) -> Iterator[None]:
    """See that what is done inside is heard by one participant, once, and by nobody else.

    `hears` is the event that counts, or several; `hearer` may be None, for nobody at all.
    Raises Failure, of the cause `otherwise`, where any of those `among` hears it, and of the
    cause `twice` (or else `otherwise`) where the hearer does more than once. That the hearer
    hears it at all is not looked at.
    """
    events = {hears} if isinstance(hears, str) else {*hears}

    def count(client: Participant) -> Counter[str]:
        client.settle()
        return Counter(event for event, _ in client.everything_heard() if event in events)

    listeners = list(dict.fromkeys([*([hearer] if hearer else []), *among]))
    before = {client: count(client) for client in listeners}
    yield
    for client in listeners:
        for event, more in (count(client) - before[client]).items():
            if client is not hearer:
                expected = said("{name} hears no `{event}`", name=client.name, event=event)
                if hearer:
                    expected = said(
                        "{name} hears no `{event}`: it is for {hearer} alone",
                        name=client.name,
                        event=event,
                        hearer=hearer.name,
                    )
                raise Failure(expected, said("{name} heard it", name=client.name), otherwise).mark(
                    Mark.UNEXPECTED, *_newest(client, event, more)
                )
            if more > 1:
                expected = said("{name} hears `{event}` once", name=client.name, event=event)
                got = said("{name} heard it {more} times", name=client.name, more=more)
                raise Failure(expected, got, twice or otherwise).mark(
                    Mark.UNEXPECTED, *_newest(client, event, more - 1)
                )


def _newest(client: Participant, event: str, count: int) -> list[Passed]:
    """Return the last `count` such events that a client was sent."""
    return client.server.transcript.find(client=client.name, names=[event])[-count:]
