// What the page says, in the language of the panel's process.

const words = JSON.parse(document.getElementById("words").textContent);

/** Return a text in that language, with its named fields filled in. */
export function say(text, fields = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}
