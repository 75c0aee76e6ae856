"""Read the code of a submission by its syntax tree, to explain what was seen from outside."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Handler:
    """A function that is registered for an event, with the names of its arguments.

    The `self` of a method does not count. `namespace` is the one that the decorator names.
    """

    event: str
    arguments: tuple[str, ...]
    namespace: str = "/"


def handlers(text: str) -> list[Handler]:
    """Return the handlers that one file registers: none where Python cannot read it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}
    found = [handler for node in functions.values() for handler in _decorated(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, Function)]
            found += [
                Handler(one.name.removeprefix("on_"), _arguments(one)[1:])
                for one in methods
                if one.name.startswith("on_")
            ]
        elif isinstance(node, ast.Call) and _name(node.func) == "on_event" and len(node.args) > 1:
            event, function = _text(node.args[0]), functions.get(_name(node.args[1]))
            found += [Handler(event, _arguments(function))] if event and function else []
    return found


def _decorated(node: Function) -> Iterator[Handler]:
    """Yield what the decorators of a function register it for."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = _name(call.func if call else decorator)
        named = {keyword.arg: _text(keyword.value) for keyword in call.keywords} if call else {}
        namespace = named.get("namespace") or "/"
        if name == "on" and call and call.args:
            yield Handler(_text(call.args[0]), _arguments(node), namespace)
        elif name == "event":
            yield Handler(node.name, _arguments(node), namespace)


def _arguments(node: Function) -> tuple[str, ...]:
    return tuple(one.arg for one in [*node.args.posonlyargs, *node.args.args])


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
