// The choice of dashboards: tabs, as the ARIA pattern has them (arrow keys, Home and End).

export class Choice {
  /** Build the tabs in `list` for `panel`; `chosen` is called with the id that was chosen. */
  constructor(list, panel, chosen) {
    this.list = list;
    this.panel = panel;
    this.chosen = chosen;
    this.current = null;
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) this.select(tab.dataset.id);
    });
    list.addEventListener("keydown", (event) => this.move(event));
    addEventListener("hashchange", () => this.select(location.hash.slice(1)));
  }

  /** Show these dashboards; keep the one chosen before, else the address's, else the first. */
  offer(dashboards) {
    const ids = dashboards.map((dashboard) => dashboard.id);
    const shown = this.tabs().map((tab) => tab.dataset.id);
    if (ids.join("\n") === shown.join("\n")) return;
    this.list.replaceChildren(
      ...dashboards.map((dashboard) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.id = `choose-${dashboard.id}`;
        tab.dataset.id = dashboard.id;
        const watching = document.createElement("span");
        watching.className = "watching";
        watching.hidden = true;
        tab.append(dashboard.title, " ", watching);
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", this.panel.id);
        return tab;
      }),
    );
    const address = [location.hash.slice(1), new URLSearchParams(location.search).get("dashboard")];
    const wanted = [this.current, ...address, ids[0]].find((id) => ids.includes(id));
    this.list.hidden = ids.length < 2; // the heading names the only one
    this.current = null;
    if (wanted !== undefined) this.select(wanted);
  }

  /** Choose a dashboard by its id; an unknown one, or the one shown, changes nothing. */
  select(id) {
    const tabs = this.tabs();
    if (id === this.current || !tabs.some((tab) => tab.dataset.id === id)) return;
    this.current = id;
    for (const tab of tabs) {
      const selected = tab.dataset.id === id;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    // The address that the server understands too, for browsers without scripts.
    const address = new URL(location.href);
    address.searchParams.set("dashboard", id);
    address.hash = "";
    history.replaceState(null, "", address);
    this.chosen(id);
  }

  /** Show on a dashboard's tab how many are watching it; null where that is not known. */
  audience(id, count) {
    for (const tab of this.tabs()) {
      const known = tab.dataset.id === id && count !== null;
      const label = tab.querySelector(".watching");
      label.hidden = !known;
      label.textContent = known ? `watching: ${count}` : "";
    }
  }

  move(event) {
    const tabs = this.tabs();
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    this.select(tab.dataset.id);
  }

  tabs() {
    return [...this.list.querySelectorAll("[role=tab]")];
  }
}
