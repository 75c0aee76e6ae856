"""Lab 5, figures: update_chart, with the figure once and then only the new points, numbered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Any, TypeVar

from checks.contract import Chart, Drawing, News
from checks.known_rows import Known, Row, difference, same
from checks.sources import FIRST
from kit.checking import (
    RETURNED,
    SENT_ELSEWHERE,
    SID_FIRST,
    App,
    Cause,
    Failure,
    Participant,
    Rows,
    Silence,
    Start,
    causes,
    check,
    evidence,
    source,
    steady_number,
)
from kit.checking.causes import UNANSWERED
from kit.checking.contract import Told, shown, told, zoned
from kit.checking.evidence import both

why = causes(__file__)


class Drawn(Told, event="update_chart", otherwise=why.chart_wrong):
    """What there is of the whole figure before anything is numbered."""

    dashboard: str = told("text: the id")
    figure: Drawing = told("an object, with `data` and `layout`", otherwise=why.figure_wrong)


Answer = TypeVar("Answer", Drawn, Chart, News)


class Refusal(Silence):
    """The question was not answered, but refused, with an error."""


RAINY = {"dashboard": "rain"}
ASK = "update_chart"  # the question, and the answer
STEP = timedelta(minutes=10)  # between two rows


@dataclass(frozen=True)
class Series:
    """A source whose rows are known: its reads bring as many as `sizes` say, in turns."""

    id: str
    units: Mapping[str, str]  # of its columns, by their names
    sizes: tuple[int, ...]
    gap_every: int = 0  # rows: one of them has no number in the first column

    def source(self, *, takes: float = 0) -> Mapping[str, Any]:
        """Return it for the setting `SOURCES`. The first look at its columns `takes` so long."""
        rows = {
            "step": int(STEP.total_seconds()),
            "gap_every": self.gap_every,
            "sizes": [*self.sizes],
        }
        return source("Uneven", id=self.id, columns=dict(self.units), takes=takes, **rows)

    def rows_until(self, number: int) -> int:
        """Return how many rows had come with the update of this number."""
        updates = [size for size in self.sizes if size]
        laps, rest = divmod(number, len(updates))
        return laps * sum(updates) + sum(updates[:rest])

    def value(self, name: str, row: int) -> float | None:
        """Return the number of a column in a row, or None where it is missing."""
        place = [*self.units].index(name)
        is_gap = self.gap_every and place == 0 and row % self.gap_every == 0
        return None if is_gap else float(steady_number(row, place))


TIDES = Series("tides", {"harbour": "m", "river": "m", "wind": "m/s"}, (2, 3, 0), gap_every=4)
BUOY = Series("buoy", {"height": "m"}, (1,))
WEATHER = Series("weather", {"low": "hPa", "noon": "°C", "rain": "mm", "night": "°C"}, (1,))
LATE = Series("late", {"ice": "cm"}, (0, 0, 2))

# Many digits, fractions of a second, and three rows of one time, two of them the same.
GUSTS = [
    ["2026-03-01T00:00:00.250Z", 1.00000012345678, 3],
    ["2026-03-01T00:00:01Z", 0.333333333333333, 7],
    ["2026-03-01T00:00:02.125Z", 7.5, 4],
    ["2026-03-01T00:00:02.125Z", -2.00000012345678, None],
    ["2026-03-01T00:00:02.125Z", -2.00000012345678, None],
]
RAIN = Known("rain", ["amount", "gusts"], GUSTS)
# Of an app that was asked before: as many rows, and others.
EARLIER = Known("rain", RAIN.names, [[time, 1, 1] for time, *_ in GUSTS])
TWO = 2  # rows of rain that a read brings

# Each question reads the source once: a dashboard may be asked for it as often as that.
AT_ONCE, SELDOM = 0, 60
KEEP = 12
MOST = 1000  # updates that can have come in a check


def _app(*dashboards: Series, pace: int = AT_ONCE, keep: int = KEEP, takes: float = 0) -> App:
    sources = [series.source(takes=takes) for series in dashboards]
    return App("Testing", {"FEED_SECONDS": pace, "KEEP_ROWS": keep, "SOURCES": sources})


LIVE = _app(TIDES, BUOY)
BEFORE, AFTER = (
    App(
        "Testing",
        {"FEED_SECONDS": AT_ONCE, "SOURCES": [known.source(rows_per_read=TWO)]},
        hears=hears,
    )
    for known, hears in ((EARLIER, [["update_chart", {"dashboard": "rain"}]] * 4), (RAIN, []))
)
# Seconds in which whoever is hastened sends what it would send later; and that a look takes.
A_WHILE, SLOW = 0.02, 0.2
A_REST, STEPS = 0.006, 4  # seconds until all wait; no answer takes more steps


def _list(fits: Callable[[Any], bool]) -> evidence.Evidence:
    """Whether this is so of a list of any line."""

    def look(payload: Any) -> bool:
        return any(fits(line[axis]) for line in payload["figure"]["data"] for axis in "xy")

    return evidence.told(ASK, look)


HAS_POINTS = evidence.told(ASK, lambda it: "points" in it)
ABOUT_ANOTHER = evidence.expects("as `dashboard`")
UNSENT = evidence.crash("TypeError", "not JSON serializable")
# Why nothing comes, or something else: the first that fits.
WHY_NOTHING: Rows = [
    (both(evidence.raised, evidence.takes_sid(ASK)), SID_FIRST),
    (evidence.crash("AttributeError", "no attribute '(number|updates)'"), why.not_numbered),
    (both(UNSENT, evidence.written(r"\.to_dict\(")), why.to_dict),
    (evidence.crash("KeyError", "^'?time'?$"), why.not_read),
    *evidence.why_silent(ASK, "welcome"),
    (evidence.acknowledged(ASK, {"dashboard": "tides"}, "dashboard"), RETURNED),
    (evidence.always, why.not_sent),
]
WHY_FIGURE_WRONG: Rows = [
    (HAS_POINTS, why.points_at_first),
    (evidence.told(ASK, lambda it: isinstance(it["figure"], str)), why.figure_is_text),
    (_list(lambda axis: isinstance(axis, dict) and "bdata" in axis), why.packed),
    (_list(lambda axis: axis == []), why.not_read),
    (evidence.expects("ISO 8601"), why.times_wrong),
    (both(ABOUT_ANOTHER, evidence.takes_sid(ASK)), SID_FIRST),
    (ABOUT_ANOTHER, why.payload_ignored),
]
WHOLE: Rows = [(evidence.told(ASK, lambda it: "figure" in it), why.whole_again)]
MIXED_UP: Rows = [(evidence.always, why.not_together)]


@check(
    tasks=[
        "columns of new points, as strict JSON",
        "draw the figure, with a line for each column and an axis for each unit",
        "the figure for a newcomer, only new points for one who has it",
        "answer update_chart with the figure, or with what is new",
    ]
)
def draws_a_line_a_column(start: Start) -> None:
    """`update_chart` is answered with `update_chart`: a figure with a line for each column."""
    ana = start(LIVE).join("Ana")
    ana.settle()
    if ana.heard(ASK):
        raise Failure("nothing is sent before Ana asks", f"Ana heard `{ASK}`", why.unasked)
    _figure(ana, TIDES)


@check(stands_on=[draws_a_line_a_column], goes_on=draws_a_line_a_column)
def answers_nobody_else(start: Start) -> None:
    """One question gets one answer, and only the client that asks hears it."""
    server = start(LIVE)
    with server.hastened():  # what would be sent in a few seconds comes at once
        ana, ben = server.join("Ana"), server.join("Ben")
        with server.only(None, hears=ASK, among=[ana, ben], otherwise=why.unasked):
            server.rests(A_WHILE)
        for asker, other in ((ana, ben), (ben, ana)):
            twice = why.sent_twice
            with server.only(asker, hears=ASK, among=[other], otherwise=why.broadcast, twice=twice):
                asker.call(ASK, {"dashboard": "tides"})
                elsewhere: Rows = [(evidence.heard_by(ASK, other), SENT_ELSEWHERE)]
                asker.expect(ASK, why=elsewhere)
                server.rests(A_WHILE)


@check(stands_on=[answers_nobody_else], goes_on=answers_nobody_else)
def draws_the_rows(start: Start) -> None:
    """Each line has all rows that the dashboard keeps, the newest too; a missing value is null."""
    ana = start(LIVE).join("Ana")
    ends: list[int] = []
    for _ in range(9):  # until the first rows are no longer kept
        figure = _figure(ana, TIDES)
        ends.append(_end(figure))
        _see_lines(figure, TIDES, ends[-1], why.rows_wrong)
        if len({*ends[-3:]}) < min(2, len(ends) - 1):  # of three reads two bring rows
            got = f"it ended with row {ends[-1]}, like the two before"
            raise Failure("a later figure has the rows that came since", got, why.stale)
    ana = start(BEFORE, AFTER).join("Ana", app=1)
    for _ in range(4):  # until all rows have come
        figure = _answer(ana, Drawn, RAINY, WHY_NOTHING, WHY_FIGURE_WRONG).figure
    lines = {line.name: line for line in figure.data}
    times = lines[RAIN.names[0]].x if lines.keys() == {*RAIN.names} else []
    _see_rain(times, {name: line.y for name, line in lines.items()}, RAIN.rows, why.rows_wrong)


@check(stands_on=[draws_the_rows])
def draws_an_axis_a_unit(start: Start) -> None:
    """Lines of one unit share an axis, which names it; each unit has an axis of its own."""
    figure = _figure(start(_app(WEATHER, BUOY)).join("Ana"), WEATHER)
    for one, other in combinations(figure.data, 2):
        same = WEATHER.units[one.name] == WEATHER.units[other.name]
        if same != (one.yaxis == other.yaxis):
            expected = f"`{one.name}` and `{other.name}` have {'one axis' if same else 'two axes'}"
            got = f"their `yaxis` was {shown(one.yaxis)} and {shown(other.yaxis)}"
            raise Failure(expected, got, why.axes_wrong)
        if not same and not _are_apart(figure, one.yaxis, other.yaxis):
            expected = f"neither of the axes {one.yaxis} and {other.yaxis} hides the other"
            got = "they had the same place, and nothing said that one lies over the other"
            raise Failure(expected, got, why.axes_hidden)
    for line in figure.data:
        unit, title = WEATHER.units[line.name], _axis(figure, line.yaxis).get("title")
        if unit not in shown(title):
            expected = f"the title of the axis of `{line.name}` names its unit, {unit}"
            raise Failure(expected, f"it was {shown(title)}", why.axis_untitled)


@check(stands_on=[draws_the_rows], goes_on=draws_an_axis_a_unit)
def means_the_one_named(start: Start) -> None:
    """The payload names the dashboard. Without a payload it is the first one."""
    ana = start(_app(WEATHER, BUOY)).join("Ana")
    try:
        ana.call(ASK)
        ana.expect(ASK, Drawn, dashboard="weather")
    except Failure as failure:
        unnamed = evidence.either(evidence.raised, evidence.is_called("signature", "unanswered"))
        raise ana.explained(failure, [(unnamed, why.payload_required)]) from None
    _figure(ana, BUOY)


@check(
    tasks=[
        "remember the latest updates, and the number of the newest",
        "give what is new the next number, and remember it",
    ],
    stands_on=[draws_the_rows],
    goes_on=draws_the_rows,
)
def numbers_the_updates(start: Start) -> None:
    """`number` counts the reads that brought rows, and `keep` is how many rows are kept."""
    ana = start(LIVE).join("Ana")
    question = {"dashboard": "tides"}
    numbers, ends = [], []
    for _ in range(7):
        chart = _answer(ana, Chart, question, WHY_NOTHING, WHY_FIGURE_WRONG, keep=KEEP)
        numbers.append(chart.number)
        ends.append(_end(chart.figure))
    if ends != [TIDES.rows_until(number) for number in numbers]:
        expected = "`number` is how many reads have brought rows: they bring 2, 3, none, 2, ..."
        got = f"the numbers were {_row(numbers)} with figures that end with the rows {_row(ends)}"
        changes = [(a != b, c != d) for (a, c), (b, d) in pairwise(zip(numbers, ends, strict=True))]
        rose = (True, False) in changes and TIDES.rows_until(numbers[-1]) > ends[-1]
        cause = why.number_without_rows if rose else why.number_wrong
        raise Failure(expected, got, why.number_stays if len({*numbers}) == 1 else cause)


@check(stands_on=[numbers_the_updates, means_the_one_named], goes_on=numbers_the_updates)
def numbers_for_everybody(start: Start) -> None:
    """An update has the same number for all clients; each dashboard counts its own."""
    server = start(LIVE)
    ana, ben = server.join("Ana"), server.join("Ben")
    for series, client in ((TIDES, ana), (BUOY, ana), (TIDES, ben), (BUOY, ben), (TIDES, ana)):
        cause = why.numbers_shared if client is ana else why.numbers_per_client
        _chart(client, series, cause)


@check(
    tasks=["hand out what came after an update"],
    stands_on=[numbers_for_everybody],
    goes_on=numbers_for_everybody,
)
def sends_only_what_is_new(start: Start) -> None:
    """With `after`, the number of an update, only the rows of the later ones are sent."""
    ana = start(LIVE).join("Ana")
    number = _chart(ana, BUOY).number
    for _ in range(3):
        number = _news(ana, BUOY, number).number


@check(stands_on=[sends_only_what_is_new], goes_on=sends_only_what_is_new)
def sends_what_was_missed(start: Start) -> None:
    """Who was away gets all that came meanwhile: each row once, whoever else has asked."""
    server = start(LIVE)
    ana, ben = server.join("Ana"), server.join("Ben")
    number = _chart(ana, TIDES).number
    with server.telling("Ben asked for tides four times"):
        for _ in range(4):
            _chart(ben, TIDES)
    _news(ana, TIDES, number, whole=why.forgets_too_much)
    server.note("she asks for the same once more: perhaps the answer was lost")
    _news(ana, TIDES, number, missing=why.remembers_clients)
    _chart(ana, TIDES, why.remembers_clients)
    ana = start(BEFORE, AFTER).join("Ana", app=1)
    for _ in range(3):  # until all rows have come
        _answer(ana, Drawn, RAINY, WHY_NOTHING, WHY_FIGURE_WRONG)
    news = _answer(ana, News, RAINY | {"after": 1}, WHY_NOTHING, WHOLE, after=1)
    columns = dict(news.points)
    _see_rain(columns.pop("time", []), columns, RAIN.rows[TWO:], why.rows_missing)


@check(stands_on=[sends_only_what_is_new])
def has_nothing_new(start: Start) -> None:
    """Where nothing has come since, there are no points, and the number stays as it is."""
    ana = start(_app(BUOY, pace=SELDOM)).join("Ana")
    number = _chart(ana, BUOY).number
    for _ in range(2):
        news = _news(ana, BUOY, number, whole=why.whole_for_nothing)
        if news.number != number:
            expected = f"`number` is {number} still: no row has come"
            raise Failure(expected, f"it was {news.number}", why.number_without_rows)


@check(stands_on=[sends_what_was_missed])
def forgets_the_oldest_updates(start: Start) -> None:
    """The latest `keep` updates are remembered; whoever is further back gets the whole figure."""
    keep = 3
    ana = start(_app(BUOY, keep=keep)).join("Ana")
    number = _chart(ana, BUOY, keep=keep).number
    for _ in range(2 * keep):
        before, number = number, _news(ana, BUOY, number).number
    if number == before:
        expected = f"each read that brings rows has the next number, after {number} too"
        raise Failure(expected, f"it stayed {number}", why.number_wrong)
    step = number - before  # a question may read the source more often than once
    for behind in (keep + 1, keep, keep + 3, keep - 1):
        after = number + step - behind
        if behind > keep:
            cause = why.forgets_nothing
            number = _chart(ana, BUOY, cause, silent=cause, keep=keep, after=after).number
        else:
            number = _news(ana, BUOY, after, whole=why.forgets_too_much).number


@check(stands_on=[forgets_the_oldest_updates])
def draws_where_it_cannot_go_on(start: Start) -> None:
    """Where `after` is no number that the dashboard has reached, the whole figure is sent."""
    ana = start(_app(BUOY)).join("Ana")
    for _ in range(3):
        _chart(ana, BUOY)
    odd: list[tuple[Any, Cause]] = [
        (9_999, why.after_too_high),
        (1.5, why.after_trusted),
        (-1, why.after_negative),
    ]
    odd += [(-2, why.after_negative), (None, why.after_trusted), ("2", why.after_trusted)]
    odd += [("", why.after_trusted), ([2], why.after_trusted), ({}, why.after_trusted)]
    odd += [(True, why.true_counts), (False, why.true_counts)]
    for after, cause in odd:
        try:
            _chart(ana, BUOY, cause, silent=cause, after=after)
        except Refusal:
            if type(after) is int:  # from lab 10 on, what is no number is refused
                raise


@check(stands_on=[forgets_the_oldest_updates, has_nothing_new])
def begins_with_nothing(start: Start) -> None:
    """Without any rows yet the number is 0 and the lines have no points, and so one goes on."""
    ana = start(_app(LATE)).join("Ana")
    _chart(ana, LATE, why.no_rows_yet, silent=why.no_rows_yet)
    for _ in range(2):
        _news(ana, LATE, 0, whole=why.zero_is_a_number)


@check(stands_on=[numbers_for_everybody])
def belongs_together(start: Start) -> None:
    """The number belongs to the rows in the same answer, also where many clients ask at once."""
    server = start(_app(BUOY, TIDES, takes=SLOW))
    pair = [(server.join("Ana"), BUOY), (server.join("Ben"), TIDES)]
    with server.telling("Ana asked for buoy three times, Ben for tides, and nobody waited"):
        _ask(pair * 3)
        _expect_together(pair * 3)
    with server.telling("Both asked once more, and each was answered when both answers were made"):
        with server.held("handlers") as step:
            _ask(pair)
            server.rests(A_REST)
            for _ in range(STEPS):
                step()  # both come to their next step: at the end, to send
        _expect_together(pair)


Asked = Sequence[tuple[Participant, Series]]


def _ask(asked: Asked) -> None:
    for client, series in asked:
        client.emit(ASK, {"dashboard": series.id})


def _expect_together(asked: Asked) -> None:
    """Expect for each of the questions an answer whose number and rows belong together."""
    for client, series in asked:
        given = {"dashboard": series.id, "keep": KEEP}
        chart = client.expect(ASK, Chart, why=WHY_NOTHING, wrong=MIXED_UP, **given)
        last = series.rows_until(chart.number)
        _see_lines(chart.figure, series, last, why.not_together)


# What is asked and expected.


def _figure(client: Participant, series: Series) -> Drawing:
    """Return the figure that a client is sent when it asks, whatever its number. Raises Failure."""
    question = {"dashboard": series.id}
    figure = _answer(client, Drawn, question, WHY_NOTHING, WHY_FIGURE_WRONG).figure
    for column in _lines(figure, series).values():
        if not column:
            raise Failure("the lines have points", "one of them had none", why.not_read)
    return figure


def _chart(
    client: Participant,
    series: Series,
    otherwise: Cause | None = None,
    *,
    silent: Cause | None = None,
    keep: int = KEEP,
    **more: Any,
) -> Chart:
    """Return the whole figure that a client is sent when it asks. Raises Failure.

    `otherwise` is the cause where points come in its place, or it has other rows than its number
    says; `silent` that where nothing comes; `more` is what the question holds besides.
    """
    why_not: Rows = [
        (evidence.crash("TypeError", "NoneType"), why.forgotten_is_none),
        (evidence.timed_out, None),
        *([(evidence.always, silent)] if silent else WHY_NOTHING),
    ]
    lost = evidence.told(ASK, lambda it: it["points"] in ({}, []) and it["number"] > it["after"])
    wrong: Rows = [
        (lost, why.forgotten_is_none),
        (HAS_POINTS, otherwise or why.points_at_first),
        *WHY_FIGURE_WRONG,
    ]
    question = {"dashboard": series.id, **more}
    chart = _answer(client, Chart, question, why_not, wrong, keep=keep)
    last = series.rows_until(chart.number)
    _see_lines(chart.figure, series, last, otherwise or why.rows_wrong, keep=keep)
    return chart


def _news(
    client: Participant,
    series: Series,
    after: int,
    *,
    whole: Cause | None = None,
    missing: Cause | None = None,
) -> News:
    """Return what a client is sent that has everything up to `after`. Raises Failure.

    `whole` is the cause where that is the whole figure, `missing` where rows are missing.
    """
    why_not: Rows = [
        (evidence.crash("ValueError", "No objects to concatenate"), why.nothing_to_join),
        *WHY_NOTHING,
    ]
    wrong: Rows = (
        [(evidence.told(ASK, lambda it: "figure" in it), whole), *WHOLE] if whole else WHOLE
    )
    question = {"dashboard": series.id, "after": after}
    news = _answer(client, News, question, why_not, wrong, after=after)
    if "figure" in (news.model_extra or {}):
        got = "there was a `figure` as well"
        raise Failure("only the new points are sent", got, why.whole_again)
    if not after <= news.number <= after + MOST:
        expected = f"`number` is that of the newest update, which is {after} or later"
        raise Failure(expected, f"it was {news.number}", why.number_wrong)
    wanted = range(series.rows_until(after), series.rows_until(news.number))
    if not wanted and not any(news.points.values()):
        return news
    if news.points and news.points.keys() != {"time", *series.units}:
        expected = f"`points` has a list for `time` and for each of {_listed(series.units)}"
        raise Failure(expected, f"it has one for {_listed(news.points)}", why.points_wrong)
    for name in series.units:
        column = _column(name, news.points.get("time", []), news.points.get(name, []))
        rows = [row for row, _ in column]
        cause = missing or why.rows_missing
        if len({*rows}) < len(rows) or min(rows, default=after) < wanted.start:
            cause = why.rows_again
        elif rows != [*wanted] == sorted(rows):
            cause = why.not_oldest_first
        elif max(rows, default=0) >= wanted.stop:
            cause = why.number_wrong
        _see_column(series, name, column, wanted, cause)
    return news


def _answer(
    client: Participant,
    model: type[Answer],
    question: Mapping[str, Any],
    why_not: Rows,
    wrong: Rows,
    **given: Any,
) -> Answer:
    """Return the answer to a question that names a dashboard. Raises Failure."""
    given["dashboard"] = question["dashboard"]
    so_far = len(client.heard(ASK))
    try:
        ack = client.call(ASK, question)
        client.settle()
        if len(client.heard(ASK)) == so_far:
            client.server.rests(A_WHILE)  # it may be a task of the handler's that sends it
            client.settle()
        if len(client.heard(ASK)) == so_far:
            expected = f"{client.name} is sent `{ASK}`"
            refused = isinstance(ack, dict) and isinstance(ack.get("error"), dict)
            silence = Refusal if refused and ack.get("ok") is False else Silence
            raise silence(expected, "the handler came to its end, and it was not", UNANSWERED)
    except Failure as failure:
        raise client.explained(failure, why_not) from None
    return client.expect(ASK, model, why=why_not, wrong=wrong, **given)


def _see_rain(
    times: Sequence[Any],
    columns: Mapping[str, Sequence[Any]],
    wanted: Sequence[Row],
    otherwise: Cause,
) -> None:
    """See that these are rows of rain as they are. Raises Failure.

    `otherwise` is the cause where there are more or fewer.
    """
    counts = {name: len(column) for name, column in columns.items()}
    if counts != dict.fromkeys(RAIN.names, len(wanted)) or len(times) != len(wanted):
        expected = f"there are {len(wanted)} rows: rows of one time are rows like others"
        raise Failure(expected, f"there were {len(times)} times and {counts}", otherwise)
    came = [
        {"time": zoned(time)} | {name: columns[name][at] for name in RAIN.names}
        for at, time in enumerate(times)
    ]
    if not same(came, [*wanted]):
        cause = why.rounded
        if same(came, EARLIER.rows[-len(came) :]):
            cause = why.stale
        elif all(any(same([row], [one]) for one in came) for row in wanted):
            cause = why.sorted
        raise Failure(*difference(came, [*wanted]), cause)


def _lines(figure: Drawing, series: Series) -> dict[str, list[tuple[int, Any]]]:
    """Return the numbers of each line with their rows, by its name. Raises Failure."""
    names = [line.name for line in figure.data]
    if sorted(names) != sorted(series.units):
        expected = f"the figure has one line for each of {_listed(series.units)}"
        raise Failure(expected, f"its lines are {_listed(names) or 'none'}", why.lines_wrong)
    return {line.name: _column(line.name, line.x, line.y) for line in figure.data}


def _see_lines(
    figure: Drawing, series: Series, last: int, otherwise: Cause, *, keep: int = KEEP
) -> None:
    """See that each line has what is kept of the first `last` rows. Raises Failure."""
    wanted = range(max(0, last - keep), last)
    for name, column in _lines(figure, series).items():
        _see_column(series, name, column, wanted, otherwise)


def _column(name: str, times: Sequence[Any], values: Sequence[Any]) -> list[tuple[int, Any]]:
    """Return numbers, each with the row of the source that has its time. Raises Failure."""
    if len(times) != len(values):
        got = f"there were {len(times)} times and {len(values)} numbers of `{name}`"
        raise Failure("there are as many times as numbers", got, why.lengths_differ)
    column = []
    for text, value in zip(times, values, strict=True):
        try:
            row, rest = divmod(zoned(text) - FIRST, STEP)
        except (TypeError, ValueError):
            expected = "a time is text in ISO 8601, with its zone"
            raise Failure(expected, f"one was {shown(text)}", why.times_wrong) from None
        if rest:
            got = f"one was {shown(text)}"
            raise Failure("the times are those of the rows", got, why.times_wrong)
        column.append((row, value))
    return column


def _see_column(
    series: Series,
    name: str,
    column: Sequence[tuple[int, Any]],
    wanted: Sequence[int],
    otherwise: Cause,
) -> None:
    """See that a column has these rows, and the numbers of its source in them. Raises Failure.

    `otherwise` is the cause where the rows are others.
    """
    rows = [row for row, _ in column]
    if rows != [*wanted]:
        without_gaps = [row for row in wanted if series.value(name, row) is not None]
        cause = why.gap_lost if rows == without_gaps else otherwise
        expected = f"`{name}` has {_counted(wanted)}, oldest first"
        raise Failure(expected, f"it had {_counted(rows)}", cause)
    wrong = [(row, value) for row, value in column if not _is(value, series.value(name, row))]
    # A filled gap is told only where all numbers are right that are there.
    for row, value in sorted(wrong, key=lambda one: series.value(name, one[0]) is None):
        right = series.value(name, row)
        expected = f"`{name}` is {shown(right)} in row {row + 1} of its source"
        cause = why.gap_lost if right is None else why.values_wrong
        raise Failure(expected, f"it was {shown(value)}", cause)


def _is(value: Any, right: float | None) -> bool:
    """Whether a value is this number, as good as the checks can tell, or missing like it."""
    if right is None or not isinstance(value, int | float):
        return value is right
    return abs(value - right) < 0.001


def _end(figure: Drawing) -> int:
    """Return how many rows there had been when a figure was drawn."""
    columns = [_column(line.name, line.x, line.y) for line in figure.data]
    return max((row for column in columns for row, _ in column), default=-1) + 1


def _counted(rows: Sequence[int]) -> str:
    """Return rows in words: the rows 3 to 5, or each of them where they are not in one line."""
    if not rows:
        return "no rows"
    if [*rows] == [*range(rows[0], rows[-1] + 1)]:
        return f"the rows {rows[0] + 1} to {rows[-1] + 1} of its source"
    return f"the rows {', '.join(str(row + 1) for row in rows)}"


def _axis(figure: Drawing, name: Any) -> dict[str, Any]:
    """Return what the layout says of an axis such as `y2`."""
    found = figure.layout.get(f"{str(name)[:1]}axis{str(name)[1:]}")
    return found if isinstance(found, dict) else {}


def _are_apart(figure: Drawing, *names: str) -> bool:
    """Whether two y-axes have places of their own, or one lies over the other on purpose."""
    axes = [_axis(figure, name) for name in names]
    if any(axis.get("overlaying") for axis in axes):
        return True
    across = [_axis(figure, axis.get("anchor", "x")) for axis in axes]
    for pair in (axes, across):
        try:
            (_, end), (start, _) = sorted(axis.get("domain", (0, 1)) for axis in pair)
        except (TypeError, ValueError):
            continue  # not what Plotly takes for a domain
        if end <= start:
            return True
    return False


def _row(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(str, names)))
