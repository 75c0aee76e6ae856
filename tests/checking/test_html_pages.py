"""Pages and redirects, as browsers read them."""

import pytest

from checks.redirects import addresses_off, leads_off
from kit.checking import Page

BASE = "http://127.0.0.1:5000/auth/login"


def test_a_page_has_texts_values_and_the_fields_of_its_forms() -> None:
    page = Page("""
        <p>Hello,  <b>Zo&euml;</b>
        <input name="outside"><form id="f"><input name="name" value="Ana &amp; Co"></form>
        <textarea form="f" name="words">more</textarea><select name="late"></select>
    """)
    assert page.fields == {"name", "words"}
    assert page.told == "Hello, Zoë more"
    assert "Hello,  Zoë" in page.said
    assert "Ana & Co" in page.said


@pytest.mark.parametrize(
    "location",
    [
        "", "/", "../", "page", "?next=//elsewhere.example", "http://127.0.0.1:5000/", "http:/page",
        "http:page", "/page//elsewhere.example", "//127.0.0.1:5000/",
    ],
)  # fmt: skip
def test_a_redirect_stays_on_the_site(location: str) -> None:
    assert not leads_off(location, BASE)


@pytest.mark.parametrize(
    "location",
    [
        "//elsewhere.example", "////elsewhere.example", "/\\elsewhere.example",
        "\\\\elsewhere.example", "/\t/elsewhere.example",
        " https://elsewhere.example", "https:elsewhere.example",
        "HTTP:///elsewhere.example", "http://127.0.0.1:5000@elsewhere.example", "http://127.0.0.1/",
        "https://127.0.0.1:5000/", "javascript:alert(1)", "//[elsewhere",
    ],
)  # fmt: skip
def test_a_redirect_leads_to_another_site(location: str) -> None:
    assert leads_off(location, BASE)


def test_all_addresses_that_are_made_lead_off() -> None:
    made = addresses_off(BASE)
    assert {"////elsewhere.example/", "/\\elsewhere.example/", "https:elsewhere.example/"} <= {
        *made
    }
    assert "http:elsewhere.example/" not in made  # for a browser that is a path of this site
