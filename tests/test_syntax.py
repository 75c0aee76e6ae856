"""Syntax trees that several threads ask for at once."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import syntax


class Garbage:
    """What lets other threads take their turn as it is collected, wherever that is."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Path(__file__).exists()


def test_threads_do_not_mix_them_up() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    whole = ast.dump(ast.parse(text))

    def trees(_: int) -> set[str]:
        found = set()
        for _ in range(50):
            Garbage()
            found.add(ast.dump(syntax.parse(text)))
        return found

    with ThreadPoolExecutor(6) as pool:
        assert set().union(*pool.map(trees, range(6))) == {whole}


def test_what_libraries_mix_up_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([SystemError("AST constructor recursion depth mismatch"), ast.Module([], [])])

    def mixed_up(_: str) -> ast.Module:
        answer = next(answers)
        if isinstance(answer, SystemError):
            raise answer
        return answer

    monkeypatch.setattr(ast, "parse", mixed_up)
    assert isinstance(syntax.parse(""), ast.Module)


def test_a_text_that_is_no_python_is_told_so() -> None:
    with pytest.raises(SyntaxError):
        syntax.parse("def")
