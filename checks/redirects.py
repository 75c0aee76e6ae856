"""Where a redirect leads, and the addresses by which it can be led to somebody else's site."""

import re
from itertools import product
from urllib.parse import urljoin, urlsplit

ELSEWHERE = "elsewhere.example"
NAMES = """
next next_url next_page url target redirect redirect_to redirect_url redirect_uri return return_to
return_url returnUrl continue came_from dest destination goto back ref after page from r location
"""
SLASHES = ("//", "///", "////", "/\\", "\\\\", "/\t/", "\\/", "")


def usual_names() -> set[str]:
    """Return what people call the address to go to afterwards."""
    return {*NAMES.split()}


def leads_off(location: str, base: str) -> bool:
    """Whether a browser at the address `base` leaves its site when it is sent to `location`.

    An address that cannot be read leads off, too.
    """
    # For a browser a backslash is a slash, and more than two slashes are two.
    location = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    location = re.sub(r"^(https?:)?/{2,}", r"\1//", location, flags=re.IGNORECASE)
    try:
        address = urlsplit(urljoin(base, location))
    except ValueError:
        return True
    return (address.scheme, address.netloc) != urlsplit(base)[:2]


def addresses_off(base: str) -> list[str]:
    """Return addresses that a browser at `base` takes for those of another site."""
    site = urlsplit(base)
    made = [f"{scheme}{slashes}" for scheme, slashes in product(("", "http:", "https:"), SLASHES)]
    made.append(f"{site.scheme}://{site.netloc}@")
    targets = [f"{one}{ELSEWHERE}/" for one in made]
    return [one for one in targets if leads_off(one, base)]
