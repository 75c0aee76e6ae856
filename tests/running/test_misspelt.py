"""Which name was meant by one that does not exist."""

import pytest

from kit.running.misspelt import meant

LENGTH = 1


class Board:
    def refresh(self) -> None: ...


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("Board().refesh()", ". Did you mean `refresh`?"),
        ("LENGHT + 1", ". Did you mean `LENGTH`?"),
        ("sored([])", ". Did you mean `sorted`?"),
        ("Board().xyzzy", ""),
        ("xyzzy", ""),
        ("{}['refesh']", ""),
    ],
)
def test_a_name_like_it_is_asked_for(code: str, question: str) -> None:
    with pytest.raises((NameError, AttributeError, KeyError)) as caught:
        eval(code)
    assert meant(caught.value) == question


def test_a_name_that_has_no_value_yet_is_not_misspelt() -> None:
    with pytest.raises(UnboundLocalError) as caught:
        exec("def early():\n    print(late)\n    late = 1\nearly()")
    assert meant(caught.value) == ""


def test_an_error_that_nobody_raised_has_no_names_around_it() -> None:
    assert meant(NameError("no", name="LENGHT")) == ""
