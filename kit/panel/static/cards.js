// The checks on the page. One that is renewed keeps what was opened in it, and the focus.

import { say } from "./words.js";

export class Cards {
  /** Show cards in `list`; what is opened in those of a `lab` is remembered in this tab. */
  constructor(list, lab) {
    this.list = list;
    this.key = `opened in lab ${lab}`;
    this.cards = new Map(); // by name: what the server told, and the element
    this.opened = new Map(recall(this.key)); // by name of a part: whether it was opened, or closed
    list.addEventListener("toggle", (event) => this.remember(event.target), true);
  }

  /** How many checks there are; or how many are fresh, stale (from before the newest save) or passed. */
  count(what = "all") {
    const counts = {
      all: () => true,
      fresh: (card) => card.fresh,
      stale: (card) => card.html && !card.fresh,
      passed: (card) => card.passed && card.fresh,
    }[what];
    const cards = [...this.cards.values()].map(({ card }) => card).filter(counts);
    return cards.reduce((sum, { checks }) => sum + checks, 0);
  }

  /** Show these cards, in this order, and no others. */
  show(cards) {
    const wanted = new Set(cards.map(({ name }) => name));
    for (const [name, { element }] of this.cards) {
      if (!wanted.has(name)) {
        element.remove();
        this.cards.delete(name);
      }
    }
    for (const [index, card] of cards.entries()) {
      this.put(card);
      const { element } = this.cards.get(card.name);
      if (this.list.children[index] !== element) {
        this.list.insertBefore(element, this.list.children[index] ?? null);
      }
    }
  }

  /** Show one card, in the place of what it has shown before. */
  put(card) {
    const before = this.cards.get(card.name);
    let element = before?.element;
    if (!before || before.card.html !== card.html) {
      element = this.made(card);
      if (before) {
        const focused = summaries(before.element).indexOf(document.activeElement);
        before.element.replaceWith(element);
        if (focused >= 0) summaries(element)[focused]?.focus({ preventScroll: true });
      } else {
        this.list.append(element);
      }
    }
    // Later: before it is in view, nothing can be scrolled in it.
    if (element !== before?.element) requestAnimationFrame(() => showMarked(element));
    element.classList.toggle("stale", !card.fresh);
    this.cards.set(card.name, { card, element });
  }

  made(card) {
    let element = document.createElement("li");
    if (card.html) {
      const template = document.createElement("template");
      template.innerHTML = card.html; // escaped by the server, whatever a submission says
      element = template.content.querySelector("li");
    } else {
      element.textContent = card.title.replaceAll("`", "");
    }
    element.dataset.name = card.name;
    for (const code of element.querySelectorAll(".rt-try pre")) code.before(copying(code));
    for (const [name, part] of parts(element)) part.open = this.opened.get(name) ?? part.open;
    return element;
  }

  remember(part) {
    const element = part.closest("[data-name]");
    const found = element && parts(element).find(([, one]) => one === part);
    if (!found) return;
    this.opened.set(found[0], part.open);
    keep(this.key, [...this.opened]);
  }
}

/** A button that copies what stands in an element. */
function copying(code) {
  const button = document.createElement("button");
  button.className = "rt-copy";
  button.textContent = say("Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = say("Copied");
    } catch {
      getSelection().selectAllChildren(code); // a browser may refuse it, in a frame for example
      button.textContent = say("Selected: now copy it");
    }
  });
  return button;
}

/** Scroll the picture of what happened to the message that is marked. */
function showMarked(element) {
  const marked = element.querySelector(".rt-sequence li[class]:not(.rt-gap)");
  const picture = marked?.closest(".rt-sequence");
  if (picture) picture.scrollTop = marked.offsetTop + marked.offsetHeight - picture.clientHeight;
}

/** What can be opened in a card, each with a name that it has in the next one, too. */
function parts(element) {
  const counts = {};
  return [...element.querySelectorAll("details")].map((part) => {
    const kind = part.className || "hint";
    counts[kind] = (counts[kind] ?? 0) + 1;
    return [`${element.dataset.name} ${kind} ${counts[kind]}`, part];
  });
}

function summaries(element) {
  return [...element.querySelectorAll("summary")];
}

// A browser may refuse to keep anything for a page in a frame.
function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function keep(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is remembered until the page is closed.
  }
}
