"""Read the code of a submission by its syntax tree, to explain what was seen from outside."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kit.syntax import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef
# A check may ask the same of all files at each step, and each save changes one of them.
remembered = lru_cache(maxsize=1024)


@dataclass(frozen=True)
class Handler:
    """A function that is registered for an event, with the names of its arguments.

    The `self` of a method does not count. `namespace` is the one that the decorator names.
    """

    event: str
    arguments: tuple[str, ...]
    namespace: str = "/"
    is_async: bool = False


@remembered
def handlers(text: str) -> tuple[Handler, ...]:
    """Return the handlers that one file registers: none where Python cannot read it."""
    tree = _tree(text)
    written = [node for node in ast.walk(tree) if isinstance(node, Function)]
    functions = {node.name: node for node in written}
    found = [handler for node in written for handler in _decorated(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, Function)]
            found += [
                Handler(one.name.removeprefix("on_"), _arguments(one)[1:], is_async=_is_async(one))
                for one in methods
                if one.name.startswith("on_")
            ]
        elif isinstance(node, ast.Call) and _name(node.func) == "on_event" and len(node.args) > 1:
            event, function = _text(node.args[0]), functions.get(_name(node.args[1]))
            if event and function:
                found += [Handler(event, _arguments(function), is_async=_is_async(function))]
    return tuple(found)


@remembered
def calls(text: str, name: str) -> int:
    """Return how often one file calls what has this name: never where Python cannot read it."""
    nodes = [node for node in ast.walk(_tree(text)) if isinstance(node, ast.Call)]
    return sum(_name(node.func) == name for node in nodes)


@remembered
def run_at_import(text: str) -> str:
    """Return the code of one file that runs when it is imported: none that stands in a function."""
    tree = _tree(text)
    for node in ast.walk(tree):
        if isinstance(node, Function):
            node.body = [ast.Pass()]
    return ast.unparse(tree)


@remembered
def asked_names(text: str) -> frozenset[str]:
    """Return the names that one file asks a request for: `next` in `request.args.get("next")`."""
    found = set()
    for node in ast.walk(_tree(text)):
        asked = key = None
        if isinstance(node, ast.Subscript):
            asked, key = node.value, node.slice
        elif isinstance(node, ast.Call) and _name(node.func) in {"get", "getlist"} and node.args:
            asked, key = node.func, node.args[0]
        if asked and key and "request" in ast.unparse(asked):
            found.add(_text(key))
    return frozenset(found - {""})


@remembered
def returns_nothing(text: str, name: str) -> bool:
    """Whether one file has a function of this name that ends without a `return` of its own.

    What a function inside it returns does not count. A starter's open task is no such function.
    """
    named = [
        node for node in ast.walk(_tree(text)) if isinstance(node, Function) and node.name == name
    ]
    return any(
        isinstance(node.body[-1], Function) or not any(map(_gives, node.body)) for node in named
    )


def _gives(node: ast.AST) -> bool:
    """Whether a statement returns a value, yields, or is an open task: not in a function inside."""
    if isinstance(node, ast.Return):
        return node.value is not None
    if isinstance(node, ast.Yield | ast.YieldFrom):
        return True
    if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
        return True
    if isinstance(node, Function | ast.Lambda | ast.ClassDef):
        return False
    return any(map(_gives, ast.iter_child_nodes(node)))


def _tree(text: str) -> ast.Module:
    """Return the syntax tree of a file, an empty one where Python cannot read it."""
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _decorated(node: Function) -> Iterator[Handler]:
    """Yield what the decorators of a function register it for."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = _name(call.func if call else decorator)
        named = {keyword.arg: _text(keyword.value) for keyword in call.keywords} if call else {}
        namespace = named.get("namespace") or "/"
        if name == "on" and call and call.args:
            yield Handler(_text(call.args[0]), _arguments(node), namespace, _is_async(node))
        elif name == "event":
            yield Handler(node.name, _arguments(node), namespace, _is_async(node))


def _arguments(node: Function) -> tuple[str, ...]:
    return tuple(one.arg for one in [*node.args.posonlyargs, *node.args.args])


def _is_async(node: Function) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
