"""Lab 4, DataFrames: windows of rows, means over stretches of time, strict JSON."""

from datetime import timedelta
from typing import Any

from checks.contract import DataAndRows, DataUpdated
from checks.known_rows import Known, Row, difference, listed, same
from kit.checking import App, Failure, Participant, Rows, Start, causes, check, evidence
from kit.checking.causes import RETURNS_NOTHING
from kit.checking.contract import shown, zoned
from kit.checking.evidence import both, either, is_called, raised, told, written

why = causes(__file__)

ASK, ANSWER = "refresh_data", "data_updated"
# No gaps, and rows in each quarter of an hour; a night between two months.
BUOY = Known(
    "buoy",
    ["wave height", "boats"],
    [
        ["2026-02-28T22:30:00Z", 1.25, 3],
        ["2026-02-28T22:45:00Z", 0.0, 4],
        ["2026-02-28T23:00:00Z", 2.5, 0],
        ["2026-02-28T23:15:00Z", 3.125, 1],
        ["2026-02-28T23:30:00Z", -0.5, 7],
        ["2026-02-28T23:45:00.250Z", 1.00000012345678, 2],
        ["2026-03-01T00:00:00Z", 4.5, 12],
        ["2026-03-01T00:15:00Z", 0.75, 9],
        ["2026-03-01T00:30:00Z", 2.125, 5],
        ["2026-03-01T00:59:59.750Z", 8.0, 6],
        ["2026-03-01T01:00:00Z", 1.75, 11],
    ],
)
# Gaps, hours without a row, two rows of one time; and a name that pandas has, too.
HARBOUR = Known(
    "harbour",
    ["level", "wind speed", "count"],
    [
        ["2026-02-28T21:05:00Z", 1.5, 4.0, 3],
        ["2026-02-28T21:35:00Z", 2.5, None, 4],
        ["2026-02-28T22:10:00Z", None, None, 5],
        ["2026-02-28T22:50:00Z", None, 7.25, 1],
        ["2026-03-01T00:20:00Z", 0.125, 3.0, 0],
        ["2026-03-01T00:20:00Z", -2.25, 6.5, 9],
        ["2026-03-01T00:40:00Z", 0.0, None, 2],
        ["2026-03-01T03:15:00Z", None, None, 7],
        ["2026-03-01T03:45:00Z", 4.75, None, 6],
    ],
)
# As many rows as a dashboard keeps, eight a second, over a midnight. One of them comes twice.
KEPT = 300
TWICE = sorted([*range(KEPT - 1), KEPT // 2])
DUSK = zoned("2026-02-28T23:59:50Z")
WAVES = Known(
    "waves",
    ["height"],
    [[(DUSK + n * timedelta(milliseconds=125)).isoformat(), n * 7 % 11 / 13] for n in TWICE],
)
EMPTY = Known("empty", ["level"], [])
DASHBOARDS = [HARBOUR, BUOY, WAVES, EMPTY]
ALL = 100  # more rows than there are of harbour and buoy
INDIA = {"TZ": "IST-5:30"}  # a local time that nobody can take for UTC
# Nothing comes after the first read, so that each question has one right answer.
SOURCES = [one.source() for one in DASHBOARDS]
APP = App("Testing", {"SOURCES": SOURCES, "FEED_SECONDS": 60, "KEEP_ROWS": KEPT})
# Each question reads the next rows. Few are kept: there are as many of them then, but others.
FEW = 5
GROWING = App(
    "Testing",
    {
        "SOURCES": [BUOY.source(rows_per_read=3), HARBOUR.source(rows_per_read=2)],
        "FEED_SECONDS": 1e-6,
        "KEEP_ROWS": FEW,
    },
)
# Seconds of rest: in which a handler comes to where it is held, and in which whoever is hastened
# sends what it would send later.
A_MOMENT, A_WHILE = 0.006, 0.02
STEPS = (
    6  # of a handler, or less: the dashboard's lock is let go of, again and again, before it sends
)

IS_NOT_JSON = is_called("not-strict-json")
READS = written(r"(?<!self)\.source\.read\(")


def _lacks_time(answer: dict[str, Any]) -> bool:
    return all(isinstance(row, dict) and "time" not in row for row in answer["rows"])


def _has_no_text_as_time(answer: dict[str, Any]) -> bool:
    return any(not isinstance(row["time"], str) for row in answer["rows"])


def _has_text_as_rows(answer: Any) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("rows"), str)


def _has_no_rows(answer: Any) -> bool:
    return isinstance(answer, dict) and "rows" not in answer


def _has_wrong_time(answer: dict[str, Any]) -> bool:
    try:
        return any(zoned(row["time"]).utcoffset() for row in answer["rows"])
    except ValueError:
        return True


# Why no answer comes, or a wrong one: the first that fits.
FUNCTIONS = ("rows", "window", "records", "aggregate")  # each is to return something
WHY_WRONG: Rows = [
    (evidence.returns_nothing(*FUNCTIONS), RETURNS_NOTHING),
    (both(is_called("not-serialisable"), written(r"\.to_dict\(")), why.to_dict),
    (both(IS_NOT_JSON, evidence.says("ChainedAssignment")), why.chained_assignment),
    (both(IS_NOT_JSON, written(r"\.(where|mask)\(.*\bNone\b")), why.none_in_floats),
    (IS_NOT_JSON, why.nan_in_rows),
    (evidence.crash(message=r"[Ii]nvalid frequency.*Did you mean"), why.old_alias),
    (evidence.crash(message=r"must be unique|[Dd]uplicate"), why.column_twice),
    (evidence.crash("KeyError", "^'(last|columns|every)'$"), why.taken_for_granted),
    (evidence.crash(message=r"\bNoneType\b"), why.taken_for_granted),
    (evidence.crash("KeyError", r"^'time'|\['time'\]"), why.time_left_out),
    (both(either(raised, is_called("other-rows")), READS), why.reads_by_itself),
]
# Why there are no rows in the answer, or something else in their place.
WHY_NO_ROWS: Rows = [
    (evidence.returns_nothing(*FUNCTIONS), RETURNS_NOTHING),
    (told(ANSWER, _has_text_as_rows), why.rows_are_text),
    (is_called("json-text"), None),
    (told(ANSWER, _has_no_rows), why.rows_missing),
    (told(ANSWER, lambda answer: isinstance(answer["rows"], dict)), why.by_column),
    (told(ANSWER, _lacks_time), why.time_left_out),
    (told(ANSWER, _has_no_text_as_time), why.time_as_number),
    (told(ANSWER, _has_wrong_time), why.row_time_wrong),
]


@check(
    tasks=[
        "turn rows into strict JSON",
        "cut a window out of a frame",
        "answer a request for rows",
        "add the rows that were asked for",
    ]
)
def sends_rows(start: Start) -> None:
    """With `last` the answer has `rows` as well: an object each, with `time` and every column."""
    _Questions(start).expect(BUOY, last=2)


@check(stands_on=[sends_rows], goes_on=sends_rows)
def sends_no_rows_unasked(start: Start) -> None:
    """Without `last` the answer is as in lab 3, without `rows`."""
    ana = start(APP, environment=INDIA).join("Ana")
    _expect(ana, BUOY, last=2)
    chosen = {"dashboard": "buoy", "columns": ["boats"]}
    for payload in ([], [{"dashboard": "buoy"}], [chosen], [chosen | {"every": "1h"}]):
        answer = _plain(ana, *payload)
        if "rows" in answer:
            got = f"they were {shown(answer['rows'])}"
            raise Failure("there are no `rows` in the answer", got, why.rows_unasked)


@check(stands_on=[sends_rows], goes_on=sends_no_rows_unasked)
def sends_the_newest(start: Start) -> None:
    """`last` says how many: the newest ones, oldest first; all, where there are not so many."""
    ask = _Questions(start)
    there = len(BUOY.texts)
    for last in (ALL, 1, 3, there, there - 1, 4, there + 1):
        ask.expect(BUOY, last=last)
    for last in (KEPT, KEPT - 1):
        ask.expect(WAVES, last=last)


@check(stands_on=[sends_the_newest])
def sends_null_in_rows(start: Start) -> None:
    """Where a number is missing there is null; the others are as the source gives them."""
    ask = _Questions(start)
    ask.expect(HARBOUR, last=ALL)
    ask.expect(BUOY, last=ALL)


@check(stands_on=[sends_null_in_rows], goes_on=sends_the_newest)
def sends_the_columns(start: Start) -> None:
    """`columns` says which: these alone and `time`, each once, however often it is named."""
    ask = _Questions(start)
    ask.expect(BUOY, last=3, columns=["boats"])
    ask.expect(BUOY, last=2, columns=["boats", "wave height"])
    for columns in (["wind speed"], ["count", "level"], ["count", "wind speed"]):
        ask.expect(HARBOUR, last=4, columns=columns)
    ask.expect(BUOY, last=3)
    for columns in (["boats", "boats"], ["time", "boats"]):
        ask.expect(BUOY, last=2, columns=columns)
    try:
        ask.expect(BUOY, last=3, columns=[])
    except Failure as failure:
        raise failure.because(why.no_columns) from None


@check(stands_on=[sends_rows], goes_on=sends_null_in_rows)
def sends_an_empty_list(start: Start) -> None:
    """A dashboard that has read nothing yet has no rows: the list is empty."""
    ana = start(APP, environment=INDIA).join("Ana")
    for more in ({}, {"columns": ["level"]}, {"every": "1h"}):
        try:
            ana.call(ASK, {"dashboard": EMPTY.id, "last": 3, **more})
            answer = ana.expect(ANSWER)
        except Failure as failure:
            raise ana.explained(failure, [(evidence.raised, why.no_rows_yet)]) from None
        if not isinstance(answer, dict) or answer.get("rows") != []:
            raise Failure(
                "`rows` is an empty list", f"it was sent {shown(answer)}", why.no_rows_yet
            )


@check(stands_on=[sends_null_in_rows])
def sends_what_has_come(start: Start) -> None:
    """The rows are those that the dashboard has read so far, up to the newest."""
    _see_what_has_come(start)


@check(stands_on=[sends_null_in_rows], goes_on=sends_an_empty_list)
def sends_nobody_else(start: Start) -> None:
    """One question gets one answer, and only the client that asks hears it."""
    server = start(APP, environment=INDIA)
    ana, ben = server.join("Ana"), server.join("Ben")
    alone = server.only(
        ana, hears=ANSWER, among=[ben], otherwise=why.broadcast, twice=why.sent_twice
    )
    with server.hastened(), alone:  # what would be sent in a few seconds comes at once
        _expect(ana, BUOY, last=2)
        server.rests(A_WHILE)
    _expect(ben, HARBOUR, last=3)
    questions = ((ana, BUOY, 2), (ben, HARBOUR, 3))
    what = "Ana asked for buoy, and before she was answered Ben asked for harbour"
    with server.telling(what), server.held("handlers") as step:
        for client, known, last in questions:
            client.emit(ASK, {"dashboard": known.id, "last": last})
            server.rests(A_MOMENT)
        for _ in range(STEPS):
            step()  # both come to their next step: at the end, to send
    for client, known, last in questions:
        try:
            _check(_heard(client, known), known, {"last": last})
        except Failure as failure:
            raise (failure if failure.crash else failure.because(why.mixed_up)) from None


@check(tasks=["summarise a frame by stretches of time"], stands_on=[sends_the_newest])
def takes_means(start: Start) -> None:
    """With `every` there is a row for each such stretch of time, with the means."""
    _Questions(start).expect(BUOY, last=ALL, every="1h")


@check(stands_on=[takes_means], goes_on=takes_means)
def leaves_out_what_is_missing(start: Start) -> None:
    """A missing number does not count in a mean; null where all of them are missing."""
    _Questions(start).expect(HARBOUR, last=ALL, every="6h")


@check(
    stands_on=[leaves_out_what_is_missing, sends_null_in_rows],
    goes_on=leaves_out_what_is_missing,
)
def keeps_empty_stretches(start: Start) -> None:
    """A stretch in between in which there is no row is there, too, with null for each column."""
    _Questions(start).expect(HARBOUR, last=ALL, every="1h")


@check(stands_on=[keeps_empty_stretches], goes_on=keeps_empty_stretches)
def takes_the_last_stretches(start: Start) -> None:
    """With `every`, `last` counts stretches: the means come first, then the window."""
    ask = _Questions(start)
    for known, last in ((BUOY, 2), (HARBOUR, 1), (HARBOUR, 3), (HARBOUR, 4)):
        try:
            ask.expect(known, last=last, every="1h")
        except Failure as failure:
            # All of them together were right: it is the window that makes the difference.
            is_new = failure.cause in (why.empty_left_out, why.means_wrong, why.stretch_times)
            raise (failure.because(why.window_first) if is_new else failure) from None


@check(stands_on=[takes_the_last_stretches], goes_on=takes_the_last_stretches)
def takes_any_stretch(start: Start) -> None:
    """`every` may be any stretch that divides a day, such as 10s, 15min, 6h or 1D."""
    ask = _Questions(start)
    for known in (BUOY, HARBOUR):
        for every in ("15min", "6h", "1D", "10s", "90min", "432s"):
            _expect_stretches(ask, known, last=3, every=every)
    _expect_stretches(ask, WAVES, last=ALL + 20, every="250ms")


@check(stands_on=[takes_the_last_stretches, sends_the_columns], goes_on=takes_any_stretch)
def takes_means_of_columns(start: Start) -> None:
    """`every` and `columns` go together: the means of these columns."""
    ask = _Questions(start)
    for columns in (["count"], ["wind speed", "level"]):
        ask.expect(HARBOUR, last=3, columns=columns, every="1h")
    ask.expect(BUOY, last=2, columns=["boats", "boats"], every="15min")


@check(
    stands_on=[takes_means_of_columns, sends_no_rows_unasked],
    goes_on=sends_the_columns,
)
def changes_nothing(start: Start) -> None:
    """Questions change nothing: whatever was asked before, the same one has the same answer."""
    ask = _Questions(start)
    before = _plain(ask.client, {"dashboard": "harbour"})
    for every in ("", "1h"):
        for columns in (["level"], None, ["count", "wind speed"]):
            more = {"columns": columns} if columns else {}
            ask.expect(HARBOUR, last=3, **more, **({"every": every} if every else {}))
    ask.expect(HARBOUR, last=ALL)
    after = _plain(ask.client, {"dashboard": "harbour"})
    if after != before:
        expected = f"without `last` the answer is {shown(before)}, as it was at first"
        raise Failure(expected, f"it was {shown(after)}", why.earlier_question)
    _see_what_has_come(start, every="1h")


# What is asked and expected.


def _see_what_has_come(start: Start, **asked: Any) -> None:
    """Ask the same again and again, each time after something new was read. Raises Failure."""
    ana = start(GROWING, environment=INDIA).join("Ana")
    for known in (BUOY, HARBOUR):
        earlier: list[list[Row]] = []
        newest = None
        while newest != known.rows[-1]["time"]:
            answer = _answer(ana, known, last=ALL, **asked)
            before, newest = newest, zoned(answer.time)
            rows, so_far = _rows(answer), known.until(newest)
            # Whoever puts together what the dashboard has read may have more than it keeps.
            right = [one.answer(ALL, **asked) for one in (so_far.kept(FEW), so_far)]
            if newest == before or not any(same(rows, some) for some in right):
                expected = f"what was read so far comes: {listed(right[0])}"
                cause = why.stale if any(same(rows, some) for some in earlier) else why.other_rows
                raise Failure(expected, f"there came {listed(rows)}", cause)
            earlier.append(rows)


class _Questions:
    """A client that asks one question after the other."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self.client = start(APP, environment=INDIA).join("Ana")
        self._asked = 0

    def expect(self, known: Known, **asked: Any) -> None:
        """Ask, and see that the answer has the right rows. Raises Failure."""
        self._asked += 1
        try:
            _expect(self.client, known, **asked)
        except Failure as failure:
            if self._asked > 1 and self._is_right_at_first(known, asked):
                raise failure.because(why.earlier_question) from None
            raise

    def _is_right_at_first(self, known: Known, asked: dict[str, Any]) -> bool:
        """Whether a server that was asked nothing before answers rightly."""
        try:
            _expect(self._start(APP, environment=INDIA).join("Ana"), known, **asked)
        except Failure:
            return False
        return True


def _expect(client: Participant, known: Known, **asked: Any) -> None:
    """Ask for rows, and see that they are right. Raises Failure."""
    try:
        _check(_answer(client, known, **asked), known, asked)
    except Failure as failure:
        raise client.explained(failure, WHY_WRONG) from None


def _expect_stretches(ask: _Questions, known: Known, *, every: str, last: int) -> None:
    """Ask for means of stretches, once those of an hour were right. Raises Failure."""
    try:
        ask.expect(known, every=every, last=last)
    except Failure as failure:
        is_new = failure.crash or failure.cause in (why.stretch_times, why.means_wrong)
        raise (failure.because(why.some_stretches) if is_new else failure) from None


def _answer(client: Participant, known: Known, **asked: Any) -> DataAndRows:
    """Ask for rows and return the answer. Raises Failure."""
    before = len(client.heard(ANSWER))
    client.call(ASK, {"dashboard": known.id, **asked})
    if (came := len(client.heard(ANSWER)) - before) > 1:
        raise Failure("one question gets one answer", f"{came} came", why.sent_twice)
    return _heard(client, known)


def _heard(client: Participant, known: Known) -> DataAndRows:
    """Return the next answer. Raises Failure."""
    return client.expect(ANSWER, DataAndRows, wrong=WHY_NO_ROWS, dashboard=known.id)


def _rows(answer: DataAndRows) -> list[Row]:
    return [{"time": zoned(row.time)} | row.values for row in answer.rows]


def _check(answer: DataAndRows, known: Known, asked: dict[str, Any]) -> None:
    """See that this is the answer to what was asked, once all rows are read. Raises Failure."""
    newest = {"time": zoned(answer.time)} | answer.values
    if not same([newest], known.rows[-1:]):
        expected, got = difference([newest], known.rows[-1:])
        words = expected.replace("row 1 of 1", "`time` and `values`, put together,", 1)
        raise Failure(words, got, why.answer_wrong)
    rows, right = _rows(answer), known.answer(**asked)
    if same(rows, right):
        return
    cause, words = known.likely(rows, **asked)
    expected, got = difference(rows, right)
    raise Failure(expected, f"{got}: {words}" if words else got, cause)


def _plain(client: Participant, *payload: Any) -> dict[str, Any]:
    """Ask without `last`, and return the answer. Raises Failure."""
    try:
        client.call(ASK, *payload)
        answer: dict[str, Any] = client.expect(ANSWER)
        DataUpdated.read(answer, otherwise=why.answer_wrong)
    except Failure as failure:
        raise client.explained(failure, WHY_WRONG) from None
    return answer
