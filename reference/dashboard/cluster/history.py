# lab 14 (given): a module for the history that several processes share
"""Updates in Redis: one process reads the sources, and all of them hear of it, in the same order.

Each dashboard has a stream. The number of an update is the id of its entry, and Redis takes only
ids above the newest: so while it has the stream, two processes cannot give the same number to
different updates, not even where both take themselves for the one that reads.
"""

import json
import time
from collections import Counter, deque
from typing import Any, cast

import pandas as pd
from redis.exceptions import RedisError, ResponseError

from .. import logs, thinning
from ..dashboards import Dashboard
from ..sources import Source
from .store import Store

Entry = tuple[bytes, dict[bytes, bytes]]

KEPT_EVERY = 50  # updates, until a dashboard's window is kept in Redis again
GIVEN_BACK_AFTER = 2.0  # seconds in which every process has asked Redis for what is new
FORGOTTEN_AFTER = 7 * 86_400  # seconds without a process that follows the stream
REMINDED_AFTER = 60.0  # seconds from one sign of life to the next


class SharedDashboard(Dashboard):
    """A dashboard whose updates come from a stream; `write` adds to it, in one process at a time.

    While Redis is away, or takes nothing in, what is known here is shown on. What has been read is
    kept, and becomes one update when Redis takes it: the newest `keep` rows, no more than a
    dashboard shows. It is logged how many others there were.
    """

    def __init__(self, source: Source, keep: int, pace: float, store: Store) -> None:
        """Share the updates of `source` through `store`."""
        super().__init__(source, keep, pace)
        self.store = store
        self.redis = store.redis
        self.key = store.key("updates", source.id)
        self.unwritten = pd.DataFrame()
        self.left_out = 0  # rows that were too many to be kept unwritten
        self.reminded_at = float("-inf")  # when Redis was last told to keep the stream
        self.undrawn = pd.DataFrame()  # the same, thinned for the chart
        self.taken: deque[tuple[int, dict[Any, Any]]] = deque(maxlen=keep)  # as the stream has them
        self.kept_at = 0  # the number of the update at which the window was last kept
        self.windowed = 0  # the number of the newest update that the window has
        self.shared_remarks: list[str] | None = None
        self.written = 0  # the number of the newest update that this process has added
        self.lost_at = float("-inf")  # when this process last saw that Redis had lost updates

    # lab 14 (given): take over what any process has added to the stream
    def refresh(self) -> None:
        """Add what is new in the stream to `rows`, each update under its number."""
        with self.lock:
            try:
                entries = self.newest() if self.number == 0 else self.later()
            except RedisError as error:
                self.store.note(error)
                return
            self.take(entries)

    def newest(self) -> list[Entry]:
        """Return the newest entries, as many as are kept, oldest first."""
        found = cast("list[Entry]", self.redis.xrevrange(self.key, count=self.keep))[::-1]
        content = cast("bytes | None", self.redis.get(f"{self.key}:window")) if found else None
        if content:
            kept = json.loads(content)
            # Unless it is from before the oldest entry, or Redis has lost the newest ones.
            if number_of(found[0]) - 1 <= kept["number"] <= number_of(found[-1]):
                self.window.restore(kept["state"], frame(kept["rows"].encode(), self.source))
                self.windowed = kept["number"]
        return found

    def keep_window(self) -> None:
        """Keep the window for processes that begin later. Raises RedisError.

        It goes further back than the stream, where that holds few rows.
        """
        if self.kept_at and self.number - self.kept_at < min(KEPT_EVERY, self.keep // 2):
            return
        if self.number:
            kept = {"number": self.number, "state": self.window.state()}
            kept["rows"] = text(self.window.rows)
            self.redis.set(f"{self.key}:window", json.dumps(kept), ex=FORGOTTEN_AFTER)
            self.kept_at = self.number

    @property
    def remarks(self) -> list[str]:
        """The sentences of the source in the process that reads it."""
        return super().remarks if self.shared_remarks is None else self.shared_remarks

    def later(self) -> list[Entry]:
        """Return the entries after the newest that is known here, oldest first."""
        found = cast("list[Entry]", self.redis.xrange(self.key, min=f"{self.number}-0"))
        if not found:
            self.restore()
        return [entry for entry in found if number_of(entry) > self.number]

    # lab 14 (given): give Redis back what it has lost
    def restore(self) -> None:
        """Add to the stream what is known here and is later than all of it. Raises RedisError.

        So the numbers go on upwards when Redis comes back without its newest data, or without any.
        """
        self.lost_at = time.monotonic()
        self.kept_at = 0
        last = cast("list[Entry]", self.redis.xrevrange(self.key, count=1))
        newest = number_of(last[0]) if last else 0
        for number, fields in list(self.taken):
            # Another process may do the same, and know less or more: Redis takes each number once.
            if number > newest:
                try:
                    self.append(number, fields)
                except ResponseError as error:
                    if not is_taken(error):
                        raise
        policy = self.store.evicts()
        why = f" (it drops keys when it is full: maxmemory-policy {policy})" if policy else ""
        logs.log.warning("Redis had lost updates after %s%s; they are there again", newest, why)

    def append(self, number: int, fields: dict[Any, Any], *, follows: bool = False) -> bool:
        """Add an update to the stream; where it `follows` others, only if there is a stream.

        Return whether it was added. Raises ResponseError where the number is taken, or Redis takes
        nothing in, and RedisError where it is away.
        """
        return bool(
            self.redis.xadd(
                self.key,
                fields,
                id=f"{number}-0",
                maxlen=self.keep,
                approximate=False,
                nomkstream=follows,
            )
        )

    def take(self, entries: list[Entry]) -> None:
        """Add entries of the stream to what is known here."""
        for name, fields in entries:
            number, rows = number_of((name, fields)), frame(fields[b"rows"], self.source)
            if self.updates and number > self.number + 1:
                self.updates.clear()  # those in between are gone: nobody can be sent them
                self.taken.clear()
            self.number = number
            self.taken.append((number, fields))
            self.parts.append(rows)
            drawn = frame(fields[b"drawn"], self.source) if b"drawn" in fields else rows
            self.updates.append((number, drawn))
            if drawn.size > thinning.MOST_CELLS:
                self.updates.clear()
            if number > self.windowed:
                self.window.add(drawn)
                self.windowed = number
            self.shared_remarks = json.loads(fields.get(b"remarks", b"[]"))

    # lab 14 (given): add what is new at the source to the stream
    def write(self) -> None:
        """Read the source, and append what is new as the next update. Raises RedisError."""
        with self.lock:
            self.refresh()
            if time.monotonic() - self.lost_at < GIVEN_BACK_AFTER:
                return  # others may know later updates: their numbers are not to be given again
            read = self.source.read()
            if self.number != self.written:  # another process, or an earlier run, has added rows
                read = self.not_yet_known(pd.concat([self.unwritten, read]))
                self.unwritten = self.undrawn = pd.DataFrame()
                self.written = self.number  # what is read from here on is new
            self.undrawn = self.window.thinned(pd.concat([self.undrawn, read]))
            unwritten = pd.concat([self.unwritten, read.tail(self.keep)])
            self.left_out += max(len(unwritten) - self.keep, 0)
            self.unwritten = unwritten.tail(self.keep)
            if not self.unwritten.empty:
                self.write_down()
            self.keep_window()
            if self.number and time.monotonic() - self.reminded_at >= REMINDED_AFTER:
                self.redis.expire(self.key, FORGOTTEN_AFTER)
                self.redis.expire(f"{self.key}:window", FORGOTTEN_AFTER)
                self.reminded_at = time.monotonic()

    def write_down(self) -> None:
        """Append what is not written yet, where no other process is ahead. Raises RedisError."""
        fields = self.fields()
        try:
            # Only to a stream that is there: if Redis has dropped it just now, the updates before
            # this one have to be given back first.
            is_added = self.append(self.number + 1, fields, follows=self.number > 0)
        except ResponseError as error:
            if not is_taken(error):
                raise
            # Another process has written meanwhile: it holds the lease now, and we do not.
            is_added = False
        if not is_added:
            self.refresh()
            return
        if self.left_out:
            name = self.source.id
            logs.log.warning("%s: %s rows were too many to be kept", name, self.left_out)
        self.left_out = 0
        self.written = self.number + 1
        # Known here at once: Redis may lose it before anybody has read it there.
        entry = {name.encode(): value.encode() for name, value in fields.items()}
        self.take([(f"{self.written}-0".encode(), entry)])
        self.unwritten = self.undrawn = pd.DataFrame()

    def fields(self) -> dict[Any, Any]:
        """Return what was read and is not written yet, as an entry of the stream has it.

        `drawn`, what is drawn of the rows, is there where it differs from them.
        """
        rows, drawn = text(self.unwritten), text(self.undrawn)
        more = {"drawn": drawn} if drawn != rows else {}
        return {"rows": rows, "remarks": json.dumps(super().remarks), **more}

    def not_yet_known(self, read: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that the stream does not hold, and has not held.

        A process that takes over begins with a source that has been read by another one so far.
        """
        if self.rows.empty or read.empty:
            return read
        newest = self.rows["time"].max()
        if read["time"].max() <= newest and hasattr(self.source, "go_on_after"):
            self.source.go_on_after(newest)
            read = self.source.read()
        if len(self.rows) >= self.keep:  # earlier ones may have been known, and be so no more
            read = read[read["time"] >= self.rows["time"].min()]
        read = frame(text(read).encode(), self.source)  # as it would come back from the stream
        # Not by the time alone: several rows may have the same, or an earlier one than the newest.
        known = Counter(lines(self.rows[read.columns]))
        is_new = []
        for line in lines(read):
            is_new.append(known[line] == 0)  # of rows that are alike, as many as are not known yet
            known[line] -= known[line] > 0
        return read[is_new]


def is_taken(error: ResponseError) -> bool:
    """Whether Redis refused an update because its stream has that number, or a later one."""
    return "equal or smaller" in str(error)


def number_of(entry: Entry) -> int:
    """Return the number of the update that an entry of the stream holds."""
    return int(entry[0].partition(b"-")[0])


def text(rows: pd.DataFrame) -> str:
    """Return rows as JSON: names of columns, and a list for each row."""
    return rows.to_json(orient="split", date_format="iso", double_precision=15, index=False)


def lines(rows: pd.DataFrame) -> list[str]:
    """Return each row as JSON."""
    return [json.dumps(row) for row in json.loads(text(rows))["data"]]


def frame(content: bytes, source: Source) -> pd.DataFrame:
    """Return rows from their JSON, with the types that a source gives them."""
    split = json.loads(content)
    rows = pd.DataFrame(split["data"], columns=split["columns"])
    # An earlier run may have had other columns under the same name.
    rows = rows.reindex(columns=["time", *(column.name for column in source.columns)])
    numbers = {name: "float64" for name in rows.columns if name != "time"}
    rows["time"] = pd.to_datetime(rows["time"], utc=True, format="ISO8601").dt.as_unit("ms")
    return rows.astype(numbers)
