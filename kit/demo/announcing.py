"""Says where the dashboard is, and opens it."""

import sys
import time

from kit import reachable, web_browser
from kit.commands import say
from kit.demo import addresses, qr
from kit.language import _


class Announcement:
    """What is said of a server at `host` when it answers; the seconds count from now."""

    def __init__(self, host: str, *, opens_browser: bool) -> None:
        self.host = host
        self.opens_browser = opens_browser
        self.began = time.monotonic()

    def make(self, port: int) -> None:
        """Say where the server is that answers at `port`, and open it."""
        here = addresses.here(self.host, port)
        address = reachable.for_people(here)
        passed = time.monotonic() - self.began
        say(
            _("The dashboard is at {address}  (ready in {passed:.1f} s)").format(
                address=reachable.in_words(address), passed=passed
            )
        )
        if address == here:  # elsewhere no network of this machine's is that of the people
            self._tell_the_room(port)
        say(_("Ctrl-C stops it."))
        if self.opens_browser and not reachable.jupyter():
            web_browser.show(address)

    def _tell_the_room(self, port: int) -> None:
        """Say where other machines find it, where it listens to them."""
        trusted = addresses.trusted_hosts()
        found = addresses.nearby(self.host, port, trusted)
        if found:
            _invite(found, trusted)
        elif self.host in addresses.EVERYWHERE:
            say(
                _("No phone can reach it: this machine is in no network, or TRUSTED_HOSTS says so.")
            )


def _invite(found: list[str], trusted: list[str]) -> None:
    """Say where phones find it, with a QR code of the first address, and which names it takes."""
    say(_("For the phones in the room, in the same network:"))
    for address in found:
        say(f"    {address}")
    if qr.can_be_drawn(sys.stdout):
        say(qr.drawn(found[0]))
    if trusted:
        names = ", ".join(trusted)
        say(
            _("It answers to the names in DASHBOARD_TRUSTED_HOSTS alone: {names}.").format(
                names=names
            )
        )
    else:
        say(
            _(
                "It answers to any name. Set DASHBOARD_TRUSTED_HOSTS to the names that people ask"
                " for ({host}),\nand websites that point a name of theirs at this machine are"
                " refused."
            ).format(host=_host(found[0]))
        )


def _host(address: str) -> str:
    return address.removeprefix("http://").rpartition(":")[0]
