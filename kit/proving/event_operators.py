"""Operators on handlers, the functions that are registered for an event, and on what they send."""

import ast
from collections.abc import Callable

from kit.proving.place import Place, offset
from kit.proving.submission import SubmissionError

# On a handler: a function that is registered for an event.


def takes_first(place: Place, name: str) -> str:
    arguments = place.handler().args
    others = [*arguments.posonlyargs, *arguments.args]
    if not others:
        line = place.text.splitlines()[place.handler().lineno - 1]
        at = place.handler().lineno
        return place.lines(at, at, [line.replace("(", f"({name}", 1)])
    default = "=None" if arguments.defaults else ""
    return place.replaced(others[0], f"{name}{default}, {ast.unparse(others[0])}")


def takes_no_default(place: Place) -> str:
    default = place.handler().args.defaults[0]
    start, end = offset(place.text, default), offset(place.text, default, end=True)
    return place.text[:start].rstrip(" =") + place.text[end:]


def is_async(place: Place) -> str:
    line = place.text.splitlines()[place.handler().lineno - 1]
    return place.lines(place.handler().lineno, place.handler().lineno, [f"async {line}"])


def is_not_registered(place: Place) -> str:
    first, *_, last = [*place.handler().decorator_list] * 2
    return place.lines(first.lineno, last.end_lineno or last.lineno, [])


def is_registered_as(place: Place, event: str) -> str:
    call = place.decorator()
    return place.replaced(call.args[0], repr(event))


def is_in_the_namespace(place: Place, name: str) -> str:
    call = place.decorator()
    namespace = ast.keyword("namespace", ast.Constant(name))
    return place.replaced(call, ast.unparse(ast.Call(call.func, call.args, [namespace])))


def returns(place: Place, code: str) -> str:
    """Let the last statement return something else."""
    last = place.handler().body[-1]
    if not isinstance(last, ast.Return):
        raise SubmissionError("it does not end with a return")
    return place.replaced(last, f"return {code}")


def never_returns(place: Place) -> str:
    last = place.handler().body[-1]
    return place.replaced(last, "while True: __import__('time').sleep(1)")


# On an answer: a call of `emit` with the name of an event.


def sends_under_another_name(place: Place, event: str, name: str) -> str:
    return place.replaced(place.emit(event).args[0], repr(name))


def sends_to_everyone(place: Place, event: str) -> str:
    return _sent(place, event, to=None)


def sends_to(place: Place, event: str, to: str) -> str:
    return _sent(place, event, to=to)


def sends_twice(place: Place, event: str) -> str:
    call = place.emit(event)
    line = place.text.splitlines()[call.lineno - 1]
    again = " " * (len(line) - len(line.lstrip())) + ast.unparse(call)
    return place.lines((call.end_lineno or 0) + 1, call.end_lineno or 0, [again])


def sends_as_text(place: Place, event: str) -> str:
    payload = place.emit(event).args[1]
    return place.replaced(payload, f"__import__('json').dumps({ast.unparse(payload)})")


def sends_without(place: Place, event: str, key: str) -> str:
    payload = ast.unparse(place.emit(event).args[1])
    kept = f"{{k: v for k, v in {payload}.items() if k != {key!r}}}"
    return place.replaced(place.emit(event).args[1], kept)


def sends_with(place: Place, event: str, key: str, value: str) -> str:
    payload = place.emit(event).args[1]
    return place.replaced(payload, f"{ast.unparse(payload)} | {{{key!r}: {value}}}")


def sends_in_the_namespace(place: Place, event: str, name: str) -> str:
    call = place.emit(event)
    keywords = [*call.keywords, ast.keyword("namespace", ast.Constant(name))]
    return place.replaced(call, ast.unparse(ast.Call(call.func, call.args, keywords)))


def returns_instead(place: Place, event: str) -> str:
    call = place.emit(event)
    return place.replaced(call, f"return {ast.unparse(call.args[1])}")


def _sent(place: Place, event: str, *, to: str | None) -> str:
    """Return the text where the event is sent by the object, to a room or to everyone."""
    call = place.emit(event)
    room = [ast.keyword("to", ast.parse(to, mode="eval").body)] if to else []
    function = ast.parse("socketio.emit", mode="eval").body
    return place.replaced(call, ast.unparse(ast.Call(function, call.args, room)))


HANDLER: dict[str, Callable[..., str]] = {
    "takes `(.+)` first": takes_first,
    "takes no default": takes_no_default,
    "is `async`": is_async,
    "is not registered": is_not_registered,
    "is registered as `(.+)`": is_registered_as,
    "is in the namespace `(.+)`": is_in_the_namespace,
    "returns `(.+)`": returns,
    "never returns": never_returns,
}
ANSWER: dict[str, Callable[..., str]] = {
    "sends `(.+)` under the name `(.+)`": sends_under_another_name,
    "sends `(.+)` to everyone": sends_to_everyone,
    "sends `(.+)` to `(.+)`": sends_to,
    "sends `(.+)` twice": sends_twice,
    "sends `(.+)` as text": sends_as_text,
    "sends `(.+)` without `(.+)`": sends_without,
    "sends `(.+)` with `(.+)` as `(.+)`": sends_with,
    "sends `(.+)` in the namespace `(.+)`": sends_in_the_namespace,
    "returns `(.+)` instead": returns_instead,
}
