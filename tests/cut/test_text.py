"""Cutting and blanking the text of one module."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.cut import CutError, reaches
from kit.cut.text import blank, cut


def text(source: str) -> str:
    return dedent(source).lstrip("\n")


FUNCTION = text('''
    import os


    # lab 2: do it
    @route("/")
    def do(
        it: int,  # what
    ) -> int:
        """Do it."""
        # first
        return it
''')


def test_a_stage_has_nothing_that_is_taught_later() -> None:
    assert cut(FUNCTION, 1) == "import os\n\n\n"
    assert cut(FUNCTION, 2) == FUNCTION


def test_a_function_keeps_its_signature_and_its_docstring() -> None:
    assert blank(FUNCTION, 2) == text('''
        import os


        def do(
            it: int,  # what
        ) -> int:
            """Do it."""
            raise NotImplementedError("lab 2: do it")
    ''')


@pytest.mark.parametrize("first", ["# the secret\n    return 1", "\n    @cache\n    def g(): ..."])
def test_a_function_without_a_docstring_keeps_its_signature_alone(first: str) -> None:
    source = f"x = 0\n# lab 2: do it\ndef f() -> int:\n    {first}\n"
    assert blank(source, 2) == text("""
        x = 0
        def f() -> int:
            raise NotImplementedError("lab 2: do it")
    """)


def test_decorators_that_say_what_a_function_is_are_kept() -> None:
    source = text("""
        class C:
            # lab 2: t
            @property
            @cache
            def x(self) -> int:
                return 1
    """)
    assert blank(source, 2) == text("""
        class C:
            @property
            def x(self) -> int:
                raise NotImplementedError("lab 2: t")
    """)


def test_an_async_function_stays_async() -> None:
    source = "x = 0\n# lab 2: t\nasync def f() -> None:\n    await g()\n"
    assert blank(source, 2).endswith(
        'async def f() -> None:\n    raise NotImplementedError("lab 2: t")\n'
    )


def test_statements_become_one_comment() -> None:
    source = "if 1:\n    # lab 2: t\n    x = 1\n    y = [\n        2,\n    ]\n\n    z = 3\n"
    assert blank(source, 2) == "if 1:\n    # TODO lab 2: t\n\n    z = 3\n"


def test_lines_between_brackets_become_one_comment() -> None:
    source = "f(\n    1,\n    # lab 2: t\n    a=2,\n    b=[\n        3,\n    ],\n)\n"
    assert blank(source, 2) == "f(\n    1,\n    # TODO lab 2: t\n)\n"


def test_a_decorator_becomes_a_comment() -> None:
    source = "@a\n# lab 2: t\n@b(\n    1,\n)\ndef f():\n    pass\n"
    assert cut(source, 1) == "@a\ndef f():\n    pass\n"
    assert blank(source, 2) == "@a\n# TODO lab 2: t\ndef f():\n    pass\n"


def test_a_file_keeps_its_docstring_and_its_imports() -> None:
    source = '# lab 2: t\n"""About."""\nimport os\n\nX = os.name\n'
    assert blank(source, 2) == '"""About."""\nimport os\n# TODO lab 2: t\n'


def test_tags_within_a_function_of_the_same_lab_say_what_to_do_there() -> None:
    source = text('''
        x = 0
        # lab 2: do it
        def f() -> int:
            """Do it."""
            # lab 2: begin
            y = 1

            # lab 2: go on
            return y
    ''')
    assert blank(source, 2) == text('''
        x = 0
        def f() -> int:
            """Do it."""
            # TODO lab 2: begin
            # TODO lab 2: go on
            raise NotImplementedError("lab 2: do it")
    ''')


def test_tags_of_a_later_lab_within_a_task_wait_for_their_own() -> None:
    source = "x = 0\n# lab 2: t\ndef f():\n    y = 1\n\n    # lab 3: u\n    y = 2\n"
    assert "lab 3" not in blank(source, 2)
    assert blank(source, 3) == source.replace("# lab 3: u\n    y = 2\n", "# TODO lab 3: u\n")


def test_a_file_that_is_to_be_filled_in_does_not_say_that_it_is_given() -> None:
    source = '# lab 1 (given): the file\n"""What differs."""\n\nx = 0\n\n# lab 1: t\ny = 1\n'
    assert blank(source, 1) == '"""What differs."""\n\nx = 0\n\n# TODO lab 1: t\n'
    assert cut(source, 1) == source
    whole = source.replace("\n# lab 1: t\ny = 1\n", "")
    assert blank(whole, 1) == whole


def test_what_is_given_arrives_and_is_no_task() -> None:
    source = "x = 0\n# lab 2 (given): t\ndef f():\n    return 1\n"
    assert cut(source, 1) == "x = 0\n"
    assert blank(source, 2) == source


def test_quotes_in_a_tags_words_are_kept() -> None:
    source = 'x = 0\n# lab 2: say "no" or C:\\new\ndef f():\n    pass\n'
    namespace: dict[str, object] = {}
    exec(blank(source, 2), namespace)
    with pytest.raises(NotImplementedError, match=r'lab 2: say "no" or C:\\new$'):
        namespace["f"]()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("source", "lab", "message"),
    [
        ("def f():\n    # lab 2: t\n    return 1\n", 1, r"a\.py: stage 1 does not parse"),
        ("x = 0\n# lab 2: t\nclass C:\n    pass\n", 2, "tag the methods of a class"),
        ("try:\n    x = 1\nexcept E:\n    # lab 2: t\n    x = 2\n", 2, "left a block empty"),
        ("x = 0\n# lab 2: t\nwith y:\n    # lab 2: u\n    z = 1\n", 2, "'u' would be lost"),
        ("x = 0\n# lab 2: t\ndef f():\n    # lab 2 (given): u\n    z = 1\n", 2, "would be lost"),
        ("x = 0\n# lab 3: t\ndef f():\n    # lab 2: u\n    z = 1\n", 2, "which arrives later"),
    ],
    ids=["empty block", "a class", "empty block in a starter", "task in a task", "given in a task",
         "earlier in a later one"],
)  # fmt: skip
def test_what_cannot_be_cut_is_an_error(source: str, lab: int, message: str) -> None:
    with pytest.raises(CutError, match=message):
        blank(source, lab, "a.py")


# A loaded machine is no failure.
unhurried = settings(deadline=None, max_examples=50)
CODE = ["x = 1\n", "def f():\n    return 1\n", "f(\n    1,\n)\n", "if x:\n    y = 2\n"]
Paragraphs = list[tuple[int, bool, str]]
paragraphs = st.lists(
    st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from(CODE)), max_size=6
)


def module(made_of: Paragraphs) -> str:
    """Return a module of paragraphs: the lab of each, whether it is given, its code."""
    tagged = [
        f"# lab {lab}{' (given)' * is_given}: words {i}\n{code}"
        for i, (lab, is_given, code) in enumerate(made_of)
    ]
    return '"""About."""\n\n' + "\n".join(tagged)


@unhurried
@given(paragraphs, st.integers(0, 5), st.integers(0, 5))
def test_an_earlier_stage_of_a_later_one_is_the_earlier_one(
    made_of: Paragraphs, one: int, another: int
) -> None:
    source = module(made_of)
    early, late = min(one, another), max(one, another)
    assert cut(cut(source, late), early) == cut(source, early)
    assert cut(source, 5) == source
    assert all(reach.tag.lab <= early for reach in reaches(cut(source, early)))


@unhurried
@given(paragraphs, st.integers(1, 5))
def test_a_starter_says_each_of_its_tasks_once_and_keeps_the_rest(
    made_of: Paragraphs, lab: int
) -> None:
    lines = blank(module(made_of), lab).splitlines()
    for i, (of, is_given, _) in enumerate(made_of):
        is_task = of == lab and not is_given
        todo = f"# TODO lab {of}: words {i}"
        raised = f'    raise NotImplementedError("lab {of}: words {i}")'
        tag = f"# lab {of}{' (given)' * is_given}: words {i}"
        assert lines.count(todo) + lines.count(raised) == is_task
        assert lines.count(tag) == (of <= lab and not is_task)
