"""Lab 12: who somebody is, by a password and by a token; and what they may do."""

from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict

from checks.acknowledgements import Joined, Resumed
from checks.contract import (
    AGGREGATE,
    CHART,
    JOIN,
    REFRESH_ROWS,
    RESUME,
    DataUpdated,
    Figures,
    Greeting,
)
from checks.members import EVE, MEMBERS, PASSWORDS, USERS
from checks.sources import MACHINE, STOCKS
from kit.checking import (
    App,
    Cause,
    Failure,
    Participant,
    Response,
    Rows,
    Server,
    Start,
    answers,
    causes,
    check,
    evidence,
)
from kit.checking.contract import Text, Told, shown, told

why = causes(__file__)
ADMIN = "/admin"
OWN = MEMBERS | {
    "SOURCES": [MACHINE, STOCKS],  # the first one is private
    "PRIVATE": ["machine"],
    "TOKEN_SECONDS": 600,
    "FEED_SECONDS": 0.005,
    "FIGURES_SECONDS": 0.01,
}
USUAL = App("Testing", OWN)
OTHER_KEY = App("Testing", OWN | {"SECRET_KEY": "another one"})
WITH_EVE = App("Testing", OWN | {"USERS": USERS | {"eve": EVE}})
# The same settings as texts; and a part of a private name is the name of a public dashboard.
STOCKS_2 = {**STOCKS, "id": "stocks-2"}
AS_TEXTS = App(
    "Testing",
    OWN
    | {
        "SOURCES": [MACHINE, STOCKS, STOCKS_2],
        "PRIVATE": "machine, stocks-2",
        "ADMINISTRATORS": "grace, ada",
    },
)
# A token is over before it is there: nobody has to wait for that.
AT_ONCE = App("Testing", OWN | {"TOKEN_SECONDS": -1})
SIGNED_IN = (303, 302)
ON_MACHINE, ON_STOCKS = {"dashboard": "machine"}, {"dashboard": "stocks"}
FROM_THE_ROOM = ("update_data", "update_chart", "audience")


class Token(Told, otherwise=why.token_answer_wrong):
    """What a member is given to connect with."""

    token: Text = told("a text")
    expires_in: int = told("the setting `TOKEN_SECONDS`")


class NoDashboard(Told, otherwise=why.private_told):
    """The acknowledgement of a dashboard that is not for who asks."""

    ok: Literal[False] = told("false")
    error: dict[str, Any] = told("an object with a `code`, a `message` and a `reference`")


class NotOurs(NoDashboard, otherwise=why.session_shared):
    """The acknowledgement of a session that is somebody else's."""


class Reason(BaseModel):
    """Why somebody is not let in."""

    model_config = ConfigDict(strict=True, extra="allow")
    code: Text
    message: Text
    reference: Text


class AtTheDoor(Told, otherwise=why.refused_otherwise):
    """What a client is told that is not let in."""

    data: Reason = told("the `error` of lab 10")


WHY_NOT_SIGNED_IN: Rows = [
    (evidence.crashed, None),
    (answers.has_status(403, 401), why.right_password_refused),
    (answers.has_status(429), why.tried_too_often),
    (answers.is_there, why.not_signed_in),
]
WHY_NO_GUEST: Rows = [
    (evidence.crashed, None),
    (answers.has_status(400, 401, 403), why.guest_needs_password),
    (answers.is_there, why.not_signed_in),
]
WHY_NOT_REFUSED: Rows = [
    (evidence.crashed, None),
    (answers.has_status(*SIGNED_IN), why.any_password),
    (answers.is_there, why.refusal_status),
]
WHY_NO_TOKEN: Rows = [
    (evidence.crashed, None),
    (answers.has_no_route, why.no_token_address),
    (answers.has_status(403, 401), why.member_unknown),
    (answers.is_there, why.token_answer_wrong),
]
WHY_A_TOKEN: Rows = [
    (evidence.crashed, None),
    (answers.has_status(200), why.token_for_anybody),
    (answers.is_there, why.token_refusal_status),
]


@check(
    tasks=["compare a password with its hash", "a member's name needs the member's password"],
)
def asks_for_the_password(start: Start) -> None:
    """A member signs in with the right password alone; other names need none, as before."""
    server = start(USUAL)
    for name in ("Zoë", "ADA"):
        form: dict[str, str] = {"name": name}
        server.expect("POST", "/auth/login", status=SIGNED_IN, why=WHY_NO_GUEST, data=form)
    _signs_in(server, "ada")
    _signs_in(server, "ben")
    right = PASSWORDS["ada"]
    wrong = ("wrong", "", None, PASSWORDS["ben"], USERS["ada"], right.lower(), right[:-1])
    for number, password in enumerate(wrong):
        by = f"stranger {number + 1}"
        form = {"name": "ada"} | ({} if password is None else {"password": password})
        answer = server.expect(
            "POST", "/auth/login", status=403, why=WHY_NOT_REFUSED, by=by, data=form
        )
        if answer.kind != "text/html" or "<form" not in answer.text:
            raise Failure("the form is shown again", answer.summary, why.form_not_shown)
    _is_nobody(server, "stranger 1", otherwise=why.signed_in_before)


@check(
    tasks=[
        "make a token for who has signed in",
        "answer GET /auth/token",
        "say who is asking",
    ],
    stands_on=[asks_for_the_password],
    goes_on=asks_for_the_password,
)
def gives_tokens(start: Start) -> None:
    """`GET /auth/token` gives a `token` to a member who is signed in, and to nobody else."""
    server = start(USUAL)
    _token(server, "ada")
    _sign_in_as_guest(server, by="a guest")
    for stranger in ("a guest", "a stranger"):
        server.expect("GET", "/auth/token", status=403, why=WHY_A_TOKEN, by=stranger)
    _sign_in_as_guest(server, by="ada")
    still: Rows = [(answers.has_status(200), why.still_a_member), *WHY_A_TOKEN]
    server.expect("GET", "/auth/token", status=403, why=still, by="ada")


@check(tasks=["answer POST /auth/logout"], stands_on=[gives_tokens], goes_on=gives_tokens)
def signs_out(start: Start) -> None:
    """`POST /auth/logout` leads to `/`, and whoever has asked for it is nobody any more."""
    server = start(USUAL)
    _token(server, "ben")
    no_way_out: Rows = [(evidence.crashed, None), (answers.is_there, why.no_logout)]
    answer = server.expect("POST", "/auth/logout", status=SIGNED_IN, why=no_way_out, by="ben")
    if urlsplit(urljoin("/auth/logout", answer.location)).path != "/":
        raise Failure("it redirects to `/`", answer.summary, why.no_logout)
    still: Rows = [(answers.has_status(200), why.not_signed_out), *WHY_A_TOKEN]
    server.expect("GET", "/auth/token", status=403, why=still, by="ben")
    _is_nobody(server, "ben", otherwise=why.not_signed_out)


@check(
    tasks=[
        "read a token",
        "look at the token before anybody is let in",
        "look at the token first",
    ],
    stands_on=[gives_tokens],
    goes_on=signs_out,
)
def knows_its_members(start: Start) -> None:
    """Who shows a token in `auth` is let in as that member; who shows none, as a guest."""
    server = start(USUAL)
    not_greeted: Rows = [(evidence.crashed, None), (evidence.always, why.not_greeted)]
    for name in ("ada", "ben"):
        user = _joins(server, name).expect("welcome", Greeting, why=not_greeted).user
        if user != name:
            expected = f'`user` in `welcome` is "{name}", whose token it is'
            raise Failure(expected, f"it was {shown(user)}", why.user_wrong)
    for number, auth in enumerate((None, {}, {"name": "ada"}, "ada", ["ada"])):
        try:
            guest = server.join(f"guest {number + 1}", auth=auth)
        except Failure as failure:
            raise _because(failure, why.guest_not_let_in) from None
        user = guest.expect("welcome", Greeting, why=not_greeted).user
        if user is not None:
            expected = "`user` in `welcome` is null, for a guest"
            raise Failure(expected, f"it was {shown(user)}", why.believes_names)


@check(stands_on=[knows_its_members])
def refuses_forged_tokens(start: Start) -> None:
    """Who shows anything that is no token of this app's member is refused, as `token_invalid`."""
    server = start(OTHER_KEY, WITH_EVE, USUAL)  # Socket.IO belongs to the newest one
    good, eves = _token(server, "ada", app=2), _token(server, "eve", app=1)
    session = server.join("Cleo", app=2).expect("welcome", Greeting).session
    middle = len(good) // 2
    turned = good[:middle] + ("x" if good[middle] != "x" else "y") + good[middle + 1 :]
    shows: list[tuple[str, Any, Cause]] = [
        ("a text", "ada", why.forged_let_in),
        ("a token with one letter changed", turned, why.forged_let_in),
        ("a token of an app with another key", _token(server, "ada"), why.key_of_all),
        ("the `session` of a guest", session, why.session_as_token),
        ("the token of a member that this app has not", eves, why.former_member),
        ("a number", 7, why.forged_let_in),
        ("a list", [good], why.forged_let_in),
        ("an empty text", "", why.empty_token),
        ("an empty list", [], why.empty_token),
    ]
    for what, token, cause in shows:
        name = f"a client with {what}"
        _is_turned_away(server, name, {"token": token}, "token_invalid", otherwise=cause, app=2)


@check(stands_on=[knows_its_members])
def refuses_expired_tokens(start: Start) -> None:
    """Who shows a token whose time is over is refused, as `token_expired`."""
    server = start(AT_ONCE)
    for name in ("ada", "ben"):
        auth = {"token": _token(server, name, expires_in=-1)}
        client = f"{name}, whose token is over,"
        _is_turned_away(server, client, auth, "token_expired", otherwise=why.never_expires)


@check(
    tasks=["say who may see what", "leave out what is not for who asks"],
    stands_on=[gives_tokens],
)
def keeps_the_api_private(start: Start) -> None:
    """`/api/dashboards` has the private dashboards for members alone; for others there are none."""
    server = start(USUAL, AS_TEXTS)
    server.note("in the second app, machine and stocks-2 are private, and `PRIVATE` is a text")
    for app, private in enumerate((["machine"], ["machine", "stocks-2"])):
        _sign_in_as_guest(server, by="a guest", app=app)
        _signs_in(server, "ben", app)
        for by in ("a stranger", "a guest", "ben"):
            wanted = sorted(["stocks", *(private if by == "ben" else [])])
            found = server.expect("GET", "/api/dashboards", by=by, app=app).json()
            ids = sorted(one["id"] for one in found["dashboards"])
            if ids != wanted:
                less = why.parts_of_names if app else why.member_sees_less
                cause = why.private_listed if {*ids} - {*wanted} else less
                expected = f"the list for {by} has {shown(wanted)}"
                raise Failure(expected, f"it had {shown(ids)}", cause)
            status = 200 if by == "ben" else 404
            reason = why.member_sees_less if status == 200 else why.private_shown
            rows: Rows = [(evidence.crashed, None), (evidence.always, reason)]
            path = "/api/dashboards/machine"
            server.expect("GET", path, status=status, why=rows, by=by, app=app)
            server.expect("GET", "/api/dashboards/stocks", by=by, app=app)


@check(stands_on=[knows_its_members, keeps_the_api_private], goes_on=knows_its_members)
def keeps_rooms_private(start: Start) -> None:
    """No guest joins a private dashboard or is told of it: to guests it is unknown."""
    server = start(USUAL)
    ada = _in_the_machine(server, "ada")
    guests = [server.join("Zoë")]
    events: list[tuple[str, dict[str, Any]]] = [
        (JOIN.event, ON_MACHINE),
        (REFRESH_ROWS.event, ON_MACHINE),
        (CHART.event, ON_MACHINE),
        (AGGREGATE.event, ON_MACHINE | {"action": "aggregate", "every": "10s"}),
    ]
    for event, payload in events:
        _see_unknown(guests[0], event, payload)
        if not ada.call(event, payload) and event == JOIN.event:
            raise Failure("Ada, a member, joins the machine", "she did not", why.member_left_out)
    _hear_nothing(server, ada, guests)
    guests[0].call(REFRESH_ROWS.event)
    first = guests[0].expect("data_updated", DataUpdated).dashboard
    if first != "stocks":
        expected = "without a payload a guest is told of the first dashboard that is for guests"
        raise Failure(expected, f"it was {shown(first)}", why.first_is_private)
    guests[0].ask(Joined, JOIN.event, ON_STOCKS, why=[(evidence.always, why.all_private)])


@check(stands_on=[keeps_rooms_private], goes_on=keeps_rooms_private)
def takes_tokens_in_auth_alone(start: Start) -> None:
    """A cookie, or a token in the address, makes nobody a member."""
    server = start(USUAL)
    ada = _in_the_machine(server, "ada")
    token = _token(server, "ben")
    claims = {"token": token, "auth": token, "user": "ben", "member": "ben"}
    by_cookie = server.join("Ben's cookie, sent by another website", as_visitor="ben")
    by_address = server.join("Ben's token, in the address", claims=claims)
    for client, cause in ((by_cookie, why.cookie_is_enough), (by_address, why.token_in_address)):
        _see_unknown(client, JOIN.event, ON_MACHINE, cause)
    _hear_nothing(server, ada, [by_cookie, by_address])


@check(
    tasks=["a session belongs to who has begun it"],
    stands_on=[keeps_rooms_private],
    goes_on=takes_tokens_in_auth_alone,
)
def guards_sessions(start: Start) -> None:
    """A session goes on only for who has begun it: the same member, or a guest for a guest."""
    server = start(USUAL)
    ada = _in_the_machine(server, "ada")
    begun = ada.expect("welcome", Greeting).session
    strangers = [server.join("Dan"), _joins(server, "ben")]
    for stranger in strangers:
        _is_not_theirs(stranger, begun)
    _hear_nothing(server, ada, strangers)
    rows: Rows = [(evidence.crashed, None), (evidence.always, why.own_session_refused)]
    again = _joins(server, "ada")
    again.ask(Resumed, RESUME.event, {"session": begun, "number": 0}, why=rows, dashboard="machine")
    _sign_in_as_guest(server, by="Zoë")
    guest = server.join("Zoë, who has given her name", as_visitor="Zoë")
    guest.ask(Joined, JOIN.event, ON_STOCKS)
    payload = {"session": guest.expect("welcome", Greeting).session, "number": 0}
    _is_not_theirs(strangers[1], payload["session"])
    guest.leave()
    again = server.join("Zoë, who has come back", as_visitor="Zoë")
    again.ask(Resumed, RESUME.event, payload, why=rows, dashboard="stocks")


@check(
    tasks=["say who may do what", "let only administrators in", "look who it is"],
    stands_on=[knows_its_members],
)
def guards_the_admins_door(start: Start) -> None:
    """`/admin` lets administrators in, and refuses everybody else, members too."""
    server = start(AS_TEXTS)
    server.note("its administrators are grace and ada: `ADMINISTRATORS` is a text")
    shows: list[tuple[str, Any, str, Cause]] = [
        ("a guest", None, "forbidden", why.admin_for_anybody),
        ("ben", {"token": _token(server, "ben")}, "forbidden", why.admin_for_members),
        ("ad", {"token": _token(server, "ad")}, "forbidden", why.parts_of_names),
        ("a forger", {"token": "ada"}, "token_invalid", why.admin_for_anybody),
    ]
    for name, auth, code, cause in shows:
        _is_turned_away(server, name, auth, code, otherwise=cause, namespace=ADMIN)
    ada = _joins(server, "ada", namespace=ADMIN)
    watchers = ada.expect("figures", Figures).watchers
    if watchers != 1:
        expected = "`watchers` in the figures is 1: nobody else was let in"
        raise Failure(expected, f"it was {watchers}", why.refused_counted)


@check(
    stands_on=[refuses_expired_tokens, guards_the_admins_door],
    goes_on=refuses_expired_tokens,
)
def admits_no_old_tokens(start: Start) -> None:
    """`/admin` refuses an administrator whose token is over, as `token_expired`."""
    server = start(AT_ONCE)
    auth = {"token": _token(server, "ada", expires_in=-1)}
    _is_turned_away(
        server,
        "ada, whose token is over,",
        auth,
        "token_expired",
        otherwise=why.old_administrators,
        namespace=ADMIN,
    )


# What the checks are made of.


def _because(failure: Failure, cause: Cause) -> Failure:
    """Return the failure with this cause, unless an error explains it already."""
    return failure if failure.crash else failure.because(cause)


def _sign_in_as_guest(server: Server, by: str, app: int = 0) -> None:
    address, form = "/auth/login", {"name": "Zoë"}
    server.expect("POST", address, status=SIGNED_IN, why=WHY_NO_GUEST, by=by, app=app, data=form)


def _is_nobody(server: Server, by: str, *, otherwise: Cause) -> None:
    """See that a visitor's cookie holds no name, if the server lets its owner in. Raises Failure.

    `otherwise` is the cause where it does.
    """
    try:
        user = server.join(by, as_visitor=by).expect("welcome", Greeting).user
    except Failure:
        return  # other checks look at the door
    if user:
        expected = "`user` in `welcome` is null: nobody is signed in"
        raise Failure(expected, f"it was {shown(user)}", otherwise)


def _signs_in(server: Server, name: str, app: int = 0) -> Response:
    """Let a member sign in with the right password. Raises Failure."""
    form = {"name": name, "password": PASSWORDS[name]}
    return server.expect(
        "POST",
        "/auth/login",
        status=SIGNED_IN,
        why=WHY_NOT_SIGNED_IN,
        by=name,
        app=app,
        data=form,
    )


def _token(
    server: Server,
    name: str,
    *,
    app: int = 0,
    expires_in: int = 600,
) -> str:
    """Return a token of a member, who signs in before. Raises Failure."""
    _signs_in(server, name, app)
    return server.expect(
        "GET",
        "/auth/token",
        Token,
        why=WHY_NO_TOKEN,
        by=name,
        app=app,
        expires_in=expires_in,
    ).token


def _joins(server: Server, name: str, *, namespace: str = "/") -> Participant:
    """Return a member who has connected with a token. Raises Failure."""
    token = _token(server, name)
    try:
        return server.join(name.capitalize(), auth={"token": token}, namespace=namespace)
    except Failure as failure:
        cause = why.administrator_refused if namespace == ADMIN else why.token_refused
        raise _because(failure, cause) from None


def _in_the_machine(server: Server, name: str) -> Participant:
    """Return a member who has joined the private dashboard. Raises Failure."""
    member = _joins(server, name)
    rows: Rows = [(evidence.crashed, None), (evidence.always, why.member_left_out)]
    member.ask(Joined, JOIN.event, ON_MACHINE, why=rows)
    return member


def _is_not_theirs(stranger: Participant, session: object) -> None:
    """See that a client does not get somebody else's session. Raises Failure."""
    ack = stranger.call(RESUME.event, {"session": session, "number": 0})
    what = f"the acknowledgement of `{RESUME.event}`, for {stranger.name}"
    error = NotOurs.read(ack, what, ok=False).error
    if error.get("code") != "session_invalid":
        expected = "the error has the `code` `session_invalid`"
        raise Failure(expected, f"it was {shown(error)}", why.session_code)


def _see_unknown(
    guest: Participant,
    event: str,
    payload: dict[str, Any],
    otherwise: Cause = why.private_told,
) -> None:
    """See that a guest is told that there is no such dashboard. Raises Failure."""
    ack = guest.call(event, payload)
    what = f"the acknowledgement of `{event}` by a guest"
    error = NoDashboard.read(ack, what, otherwise=otherwise, ok=False).error
    if error.get("code") != "unknown_dashboard":
        expected = "the error has the `code` `unknown_dashboard`, as where there is none"
        raise Failure(expected, f"it was {shown(error)}", why.private_betrayed)


def _hear_nothing(server: Server, member: Participant, others: Iterable[Participant]) -> None:
    """See that nobody but the member hears what is sent to the private room. Raises Failure."""
    others = list(others)
    with server.only(None, hears=FROM_THE_ROOM, among=others, otherwise=why.private_heard):
        member.hears_more("update_data")
    for other in others:
        if told_of := [one for event in FROM_THE_ROOM for one in other.heard(event)]:
            expected = f"{other.name} is sent nothing of a private dashboard"
            raise Failure(expected, f"it was {shown(told_of[0])}", why.private_heard)


def _is_turned_away(
    server: Server,
    name: str,
    auth: Any,
    code: str,
    *,
    otherwise: Cause,
    namespace: str = "/",
    app: int = 0,
) -> None:
    """See that a client is refused with this code. Raises Failure."""
    refusal = server.turns_away(
        name,
        auth=auth,
        app=app,
        namespace=namespace,
        otherwise=otherwise,
        unanswered=why.refused_otherwise,
    )
    reason = AtTheDoor.read(refusal, f"the refusal of {name}").data
    if reason.code != code:
        expected = f"{name} is refused as `{code}`"
        cause = why.bug_at_the_door if reason.code == "internal_error" else why.door_code
        raise Failure(expected, f"it was `{reason.code}`: {reason.message}", cause)
