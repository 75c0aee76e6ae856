// The live verdict on one lab. It is shown only while the panel's process says that it is true.

import { Cards } from "./cards.js";
import { ago, Moment } from "./ago.js";
import { say } from "./words.js";

const SILENT_AFTER = 1500; // ms without a word; the process says one every 500
const LOOK = 200; // ms between two looks at how long that is
const FIRST = 3000; // ms for a page that has just been opened to connect
const PATIENCE = 5000; // ms for one attempt to connect
const SLOWEST = 1000; // ms between two attempts to come back

const root = new URL("..", location.href); // the page is at labs/6, below whatever prefix
const lab = Number(document.body.dataset.lab);
const title = document.body.dataset.title;
const at = (id) => document.getElementById(id);
const cards = new Cards(at("checks"), lab);

let known = null; // the newest verdict, as the process told it
let knownAt = null; // the Moment of that
let isTrue = false; // whether it is the newest one still
let heardAt = null; // the Moment of its last word

const socket = io(root.origin, {
  path: `${root.pathname}socket.io`,
  transports: ["websocket", "polling"],
  timeout: PATIENCE,
  reconnectionDelay: 200,
  reconnectionDelayMax: SLOWEST,
});

socket.on("connect", join);
socket.on("connect_error", () => {
  socket.io.opts.transports = ["polling", "websocket"]; // a proxy may let no WebSocket through
});
socket.on("disconnect", (reason) => {
  lose();
  if (reason === "io server disconnect") socket.connect(); // the library would not, then
});
socket.on("alive", () => heard());
socket.on("verdict", (verdict) => {
  heard();
  if (verdict.lab === lab && follows(verdict)) show(verdict);
});
socket.on("result", (result) => {
  heard();
  if (result.lab !== lab || !follows(result)) return;
  known.number = result.number;
  cards.put(result.card);
  tell();
});
setInterval(() => {
  if (!hasHeard()) lose();
  if (isTrue) at("age").textContent = ages();
}, LOOK);
// A page out of sight is put to sleep by its browser: look at once when it is seen again.
for (const wakes of ["visibilitychange", "resume"]) {
  document.addEventListener(wakes, () => hasHeard() || lose());
}

if (window.parent !== window) document.addEventListener("keydown", handOn);

/** In a notebook, Ctrl-S saves the notebook: the keys are handed on to the page around this one. */
function handOn(event) {
  const { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (key.toLowerCase() !== "s" || !(ctrlKey || metaKey)) return;
  event.preventDefault(); // or the browser would offer to save this page
  const keys = { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey };
  try {
    const more = { bubbles: true, cancelable: true };
    window.frameElement?.dispatchEvent(new KeyboardEvent("keydown", { ...keys, ...more }));
  } catch {
    // The page around this one is of another origin, which is not ours to tell anything.
  }
}

/** Ask for the verdict, or for what was missed since. */
function join() {
  const seen = known && { run: known.run, number: known.number };
  socket.timeout(SILENT_AFTER).emit("join_lab", { lab, ...seen }, (error, answer) => {
    if (error || !answer.ok) return lose();
    // After an update, or a start in another language: this page is of the one before.
    if (answer.edition !== document.body.dataset.edition) return location.reload();
    heardAt = new Moment();
    if (answer.verdict) show(answer.verdict);
    else confirm();
  });
}

/** Whether what came is the very next thing; where something is missing, ask for all of it. */
function follows(told) {
  if (!isTrue) return false; // the answer to `join_lab` says it all
  if (told.run === known.run && told.number <= known.number) return false;
  if (told.run === known.run && told.number === known.number + 1) return true;
  join();
  return false;
}

function heard() {
  heardAt = new Moment();
  if (!isTrue && known && socket.connected) join(); // it was silent for a while, and is not now
}

function hasHeard() {
  return socket.connected && heardAt !== null && heardAt.age < SILENT_AFTER;
}

function show(verdict) {
  known = verdict;
  knownAt = new Moment();
  cards.show(verdict.cards);
  confirm();
}

/** What is known is true: show it. */
function confirm() {
  isTrue = true;
  at("lost").hidden = true;
  at("lost-help").hidden = true;
  at("verdict").hidden = false;
  tell();
}

/** Nobody knows whether it is true any more: show that in its place. */
function lose() {
  const isConnecting = heardAt === null && performance.now() < FIRST;
  if (isConnecting || !at("lost-help").hidden) return;
  isTrue = false;
  at("verdict").hidden = true;
  at("lost").hidden = false;
  at("lost-help").hidden = false;
  at("lost-title").textContent = say("No verdict: the panel is not there");
  document.title = `? ${title}`;
}

function tell() {
  const { phase, passed, summary } = known;
  const decided = phase === "decided";
  const counts = { fresh: cards.count("fresh"), all: cards.count() };
  const texts = {
    checking: say("Checking… {fresh} of {all} known", counts),
    decided: passed ? say("✓ All {all} checks pass", counts) : summary,
    "no copy": say("You have no copy of this lab yet"),
    broke: say("The checks could not be run"),
  };
  at("headline").textContent = cards.count() || phase !== "checking" ? texts[phase] : say("Checking…");
  at("headline").className = passed ? "rt-whole" : "";
  at("age").textContent = ages();
  at("share").value = cards.count() ? cards.count("passed") / cards.count() : 0;
  at("share").hidden = cards.count() === 0;
  at("notes").innerHTML = known.notes.map((note) => `<p class="rt-look">${note}</p>`).join("");
  put("foot", phase === "no copy" ? say("To make one: python3 -m kit start {lab}", { lab }) : known.foot);
  put("trouble", known.trouble);
  if (at("following")) at("following").hidden = !passed;
  at("verdict").dataset.phase = phase;
  at("verdict").dataset.number = known.number;
  at("verdict").setAttribute("aria-busy", String(phase === "checking"));
  const mark = { checking: "…", decided: passed ? "✓" : "✗", "no copy": "○", broke: "!" }[phase];
  document.title = `${mark} ${title}`;
}

function put(id, text) {
  at(id).textContent = text;
  at(id).hidden = !text;
}

function ages() {
  if (known.phase === "checking") {
    return cards.count("stale") ? say("Pale lines are from before your newest save.") : "";
  }
  const when = ago(known.age + knownAt.age / 1000);
  if (known.seconds === null) return say("checked {when}", { when });
  return say("checked {when} in {seconds} s", { when, seconds: known.seconds.toFixed(1) });
}
