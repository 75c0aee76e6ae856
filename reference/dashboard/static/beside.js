// A second window beside this one, with another dashboard in it.

export class Beside {
  /** Make `link` open the other window. */
  constructor(link) {
    this.link = link;
    link.addEventListener("click", (event) => this.open(event));
  }

  /** Offer the dashboard after the one that is shown, or the same where there is no other. */
  offer(dashboards, shown) {
    const at = dashboards.findIndex((dashboard) => dashboard.id === shown);
    const other = dashboards[(at + 1) % dashboards.length];
    this.link.hidden = other === undefined;
    if (other === undefined) return;
    const address = new URL(location.href);
    address.hash = "";
    address.searchParams.set("dashboard", other.id);
    this.link.href = address;
    this.link.querySelector("b").textContent = other.title;
  }

  open(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab or window, as asked for
    const { availLeft = 0, availTop = 0, availWidth, availHeight } = screen;
    // On the side of the screen where there is more room.
    const width = Math.max(380, Math.floor(availWidth / 2));
    const right = screenX + outerWidth / 2 < availLeft + availWidth / 2 || outerWidth > 0.8 * availWidth;
    const left = availLeft + (right ? availWidth - width : 0);
    const place = `popup,width=${width},height=${availHeight},left=${left},top=${availTop}`;
    // Where the browser opens none, the link does what links do.
    if (window.open(this.link.href, "", place)) event.preventDefault();
  }
}
