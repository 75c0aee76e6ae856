"""What a check did, as a short program that does the same by hand against the student's server."""

import json
import keyword
import math
import re
from collections.abc import Iterable
from typing import Any

from kit.checking.check import Check
from kit.checking.process import Process
from kit.checking.server import VISITOR
from kit.checking.transcript import Kind, Passed
from kit.language import N_, _, _n, spoken

MOST_LINES = 15
LONGEST = 300  # characters of a line, and of one value
ADDRESS = "http://127.0.0.1:8000"  # where `serve` serves, if it can
LISTEN = 2  # seconds for what comes at the end

HEARS = 'one.on("*", lambda event, *data: {keep}print({name}, event, str(data)[:200]){where})'
# What a server makes up, such as a session, is another one each time.
MADE_UP = re.compile(r"[\w.+-]{16,}")
COOKIES = '"; ".join(f"{{name}}={{text}}" for name, text in {visitor}.cookies.items())'
MADE = "socketio.Client(handle_sigint=False, reconnection=False)"
SHOW = [
    "def show(answer):",
    '    print(answer.status_code, answer.headers.get("Location", ""), answer.text[:300])',
]
TAMPERED = N_("The check also slowed your server down, or made it fail. This does not.")


class Unsayable(Exception):
    """It cannot be said in a line of Python that people can read."""


def lines(check: Check, server: Process, *, first: bool) -> tuple[str, ...]:
    """Return the program, of at most MOST_LINES; none where nobody has sent anything.

    `server` is the last one that the check has started, `first` whether there was no other.
    """
    messages = [one for one in server.transcript.messages if one.came]
    if not messages:
        return ()
    app = messages[-1].app
    messages = [one for one in messages if one.app == app]
    as_in_check = f" --as {check.name}" if first and server.app.apps == 1 else ""
    try:
        program = _Program(messages, f"python3 -m kit serve {check.lab}{as_in_check}")
        return tuple(program.lines([f"# {_(TAMPERED)}"] if server.was_tampered else []))
    except Unsayable:
        return ()


class _Program:
    """The lines for what the clients of one app have done."""

    def __init__(self, messages: list[Passed], serve: str) -> None:
        self._messages = messages
        self._serve = serve
        self._names: dict[str, str] = {}  # of variables, by that of the client
        self._shown: dict[str, str] = {}  # what clients are called: who comes again, otherwise
        self._connected: list[str] = []  # the variables of those who are connected at the end
        self._heard: dict[str, str] = {}  # how the program has what the server has made up
        self._told: set[str] = set()  # what it has not, of that
        self._keeps = False
        self._word = _("hears")  # behind a client, before what it hears
        clients = [one for one in messages if one.kind is Kind.CONNECT]
        self._has_clients = bool(clients)
        self._answers = [one for one in messages if one.kind is Kind.ANSWER]
        self._has_visitors = any(one.kind is Kind.REQUEST for one in messages)
        # A function where that is shorter: for several clients, of whom none has a way of its own.
        plain = all(_namespace(one) == "/" and not self._is_refused(one) for one in clients)
        self._by_function = len(clients) > 1 and plain

    def lines(self, remarks: list[str]) -> list[str]:
        """Return the whole program. Raises Unsayable."""
        steps = self._steps()
        if self._keeps:  # whoever is made in them keeps what is heard, too
            self._names, self._shown, self._connected = {}, {}, []
            steps = self._steps()
        if not steps:
            return []
        head, foot = [*self._head(), *remarks], self._foot()
        room = MOST_LINES - len(head) - len(foot)
        shown = _shortened(steps, room)
        if self._keeps and len(shown) < sum(map(len, steps)):
            raise Unsayable  # whoever comes back without what was before does another thing
        found = [*head, *shown, *foot]
        if any(len(line) > LONGEST for line in found):
            raise Unsayable
        return found

    def _head(self) -> list[str]:
        libraries = {"requests": self._has_visitors, "socketio": self._has_clients}
        head = [f"import {', '.join(name for name, is_used in libraries.items() if is_used)}"]
        made = f'SERVER, heard = "{ADDRESS}", {{}}' if self._keeps else f'SERVER = "{ADDRESS}"'
        head.append(f"{made}  # {self._serve}")
        if self._has_visitors:
            head += SHOW
        if self._by_function:
            head += [
                "def client(name, **more):",
                f"    one = {MADE}",
                "    " + self._hears("name", f"name, {_literal(self._word)}", ""),
                '    one.connect(SERVER, transports="websocket", **more)',
                "    return one",
            ]
        return head

    def _foot(self) -> list[str]:
        left = list(dict.fromkeys(self._connected))
        if not left:
            return []
        wait = f"{left[0]}.sleep({LISTEN})  # " + _("what comes meanwhile is printed")
        if len(left) == 1:
            return [wait, f"{left[0]}.disconnect()"]
        return [wait, f"for one in ({', '.join(left)}):", "    one.disconnect()"]

    def _steps(self) -> list[list[str]]:
        """Return the lines of each step; what is repeated at once is one step."""
        steps: list[list[str]] = []
        times = 1
        for message in self._messages:
            if not message.sent:
                self._hear(message)
            step = self._step(message) if message.sent else []
            if not step:
                continue
            if steps and _once(steps[-1]) == step and len(step) == 1:
                times += 1
                steps[-1] = [f"for _ in range({times}):", f"    {step[0]}"]
            else:
                times = 1
                steps.append(step)
        return steps

    def _step(self, message: Passed) -> list[str]:
        """Return the lines of what a client did: none where it only answered."""
        if message.kind is Kind.CONNECT:
            return self._connect(message)
        if message.kind is Kind.REQUEST:
            return self._request(message)
        name = self._names.get(message.client)
        if name is None:
            return []
        if message.kind in {Kind.LEFT, Kind.LOST}:
            self._connected = [one for one in self._connected if one != name]
            done = "disconnect()" if message.kind is Kind.LEFT else "eio.disconnect(abort=True)"
            return [f"{name}.{done}"]
        if message.kind is Kind.EVENT:
            return [self._sent(name, message)]
        return []

    def _connect(self, message: Passed) -> list[str]:
        name = self._variable(message.client, anew=True)
        client = _literal(self._shown[message.client])
        namespace = _namespace(message)
        more = [f"auth={self._code(message.data[0])}"] if message.data else []
        claimed = message.options.get("headers", {}).items()
        headers = [f"{_literal(key)}: {_literal(text)}" for key, text in claimed]
        if cookies := message.options.get("cookies"):
            visitor = self._names.get(VISITOR)  # whose cookies they are, where there is one
            kept = COOKIES.format(visitor=visitor) if visitor else _literal(cookies)
            headers.append(f'"Cookie": {kept}')
        if headers:
            more.append(f"headers={{{', '.join(headers)}}}")
        if self._by_function and not message.options.get("query"):
            self._connected.append(name)
            return [f"{name} = client({', '.join([client, *more])})"]
        if namespace != "/":
            more.append(f"namespaces={_literal(namespace)}")
        query = message.options.get("query", "")
        address = f'SERVER + "?{query.removeprefix("&")}"' if query else "SERVER"
        given = ", ".join([address, 'transports="websocket"', *more])
        connect = f"{name}.connect({given})"
        where = "" if namespace == "/" else f", namespace={_literal(namespace)}"
        hears = self._hears(client, _literal(f"{self._shown[message.client]} {self._word}"), where)
        made = [f"{name} = {MADE}", hears.replace("one", name, 1)]
        if self._is_refused(message):
            told = _literal(_("not let in:"))
            refused = "except socketio.exceptions.ConnectionError as error:"
            return [
                *made,
                "try:",
                f"    {connect}",
                refused,
                f"    print({told}, error)",
            ]
        self._connected.append(name)
        return [*made, connect]

    def _hears(self, client: str, shown: str, where: str) -> str:
        keep = f"heard.update({{({client}, event): data}}) or " if self._keeps else ""
        return HEARS.format(keep=keep, name=shown, where=where)

    def _hear(self, message: Passed) -> None:
        """Take note of what the server has made up: it is in this message."""
        if message.kind is Kind.EVENT:
            client = self._shown.get(message.client, message.client)
            expression = f"heard[{_literal(client)}, {_literal(message.name)}]"
            for number, value in enumerate(message.data):
                self._heard |= _texts(value, f"{expression}[{number}]")
        elif message.kind in {Kind.ACK, Kind.ANSWER}:
            self._told |= {text for one in message.data for text in MADE_UP.findall(str(one))}

    def _code(self, value: Any) -> str:
        """Return what a client sends as Python code. Raises Unsayable."""
        text = _literal(value)
        for made_up in MADE_UP.findall(text):
            if made_up in self._heard and f'"{made_up}"' in text:
                text = text.replace(f'"{made_up}"', self._heard[made_up])
                self._keeps = True
            elif made_up in self._heard or made_up in self._told:
                raise Unsayable
        return text

    def _sent(self, name: str, message: Passed) -> str:
        values = [_literal(message.name)]
        if len(message.data) == 1 and not isinstance(message.data[0], tuple | None):
            values.append(self._code(message.data[0]))
        elif message.data:
            values.append(f"({', '.join(map(self._code, message.data))},)")
        if (namespace := self._namespace_of(message)) != "/":
            values.append(f"namespace={_literal(namespace)}")
        if message.id is None:
            return f"{name}.emit({', '.join(values)})"
        if self._is_acknowledged(message):
            return f"print({name}.call({', '.join([*values, 'timeout=5'])}))"
        return f"{name}.emit({', '.join([*values, 'callback=print'])})"

    def _request(self, message: Passed) -> list[str]:
        lines = []
        keeps = any(one.client == message.client and one.options for one in self._answers)
        if keeps and message.client not in self._names:
            lines.append(f"{self._variable(message.client)} = requests.Session()")
        method, _, path = message.name.partition(" ")
        options = {**message.options, "allow_redirects": False, "timeout": 5}
        if any("upgrade" in str(name).lower() for name in message.options.get("headers") or ()):
            options["stream"] = True  # a connection that is let in goes on without an end
        given = [f"{key}={self._code(value)}" for key, value in options.items()]
        asked = ", ".join([f"SERVER + {self._code(path)}", *given])
        name = self._names[message.client] if keeps else "requests"
        simple = method.lower() in {"get", "post", "put", "patch", "delete", "options", "head"}
        call = f"{method.lower()}({asked})" if simple else f"request({_literal(method)}, {asked})"
        return [*lines, f"show({name}.{call})"]

    def _variable(self, client: str, *, anew: bool = False) -> str:
        """Return the variable of a client, and name it where it has none, or is to have one `anew`.

        Who connects once more has both: what it has heard before counts still.
        """
        if client in self._names and not anew:
            return self._names[client]
        shown = spoken(client)
        if client in self._shown:
            shown = _("{client} again").format(client=self._shown[client])
        name = re.sub(r"^(a|an|the) |\W+", "_", shown.lower(), flags=re.ASCII).strip("_")
        name = name if name.isidentifier() and not keyword.iskeyword(name) else f"client_{name}"
        taken = {*self._names.values(), "socketio", "requests", "client", "show", "one", "heard"}
        wanted, number = name, 2
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        self._names[client], self._shown[client] = name, shown
        return name

    def _namespace_of(self, message: Passed) -> str:
        made = [
            one
            for one in self._messages
            if one.kind is Kind.CONNECT and one.client == message.client and one.at <= message.at
        ]
        return _namespace(made[-1]) if made else "/"

    def _is_refused(self, message: Passed) -> bool:
        """Whether the client that connects here was not let in."""
        after = self._messages[self._messages.index(message) + 1 :]
        mine = [one.kind for one in after if one.client == message.client]
        own = mine[: mine.index(Kind.CONNECT)] if Kind.CONNECT in mine else mine
        return Kind.LET_IN not in own

    def _is_acknowledged(self, message: Passed) -> bool:
        return any(
            one.kind is Kind.ACK and one.client == message.client and one.id == message.id
            for one in self._messages
            if not one.sent and one.at >= message.at
        )


def _namespace(message: Passed) -> str:
    return str(message.options.get("namespace", "/"))


def _once(step: list[str]) -> list[str]:
    """Return a step without its repetition."""
    return [step[1].strip()] if len(step) == 2 and step[0].startswith("for _ in ") else step


def _shortened(steps: list[list[str]], room: int) -> list[str]:
    """Return the lines of as many steps as there is room for, those of the end. Raises Unsayable.

    Whoever is needed in them connects in any case.
    """
    kept = list(steps)
    left_out = 0
    while sum(map(len, kept)) + bool(left_out) > room:
        early = next((at for at, step in enumerate(kept[:-1]) if not _makes(step)), None)
        if early is None:
            raise Unsayable
        del kept[early]
        left_out += 1
    lines = [line for step in kept for line in step]
    told = _n("{count} earlier step is left out", "{count} earlier steps are left out", left_out)
    return [f"# {told.format(count=left_out)}", *lines] if left_out else lines


def _makes(step: Iterable[str]) -> bool:
    """Whether a step makes a variable."""
    return any(re.match(r"\w+ = ", line) for line in step)


def _texts(value: Any, expression: str) -> dict[str, str]:
    """Return the texts in a value that may be made up, each with the code that leads to it."""
    if isinstance(value, str):
        return {value: expression} if MADE_UP.fullmatch(value) else {}
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for key, one in value.items():
            found |= _texts(one, f"{expression}[{_written(key)}]")
    return found


def _literal(value: Any) -> str:
    """Return a value as Python code. Raises Unsayable where that is too long, or not possible."""
    text = _written(value)
    if len(text) > LONGEST:
        raise Unsayable
    return text


def _written(value: Any) -> str:
    if isinstance(value, str):
        if len(value) > LONGEST and len(set(value)) == 1:
            return f"{_written(value[0])} * {len(value)}"
        return json.dumps(value, ensure_ascii=False) if value.isprintable() else ascii(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        inside = ", ".join(f"{_written(key)}: {_written(one)}" for key, one in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if value is None or isinstance(value, bool | int | float | bytes):
        return repr(value)
    raise Unsayable
