// Light or dark: the switch, and the colours that the chart takes from the style sheet.

const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
}

/** Make `button` switch the theme; `changed` is called after each change, the system's too. */
export function startLook(button, changed) {
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
    changed();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Storage can be switched off: the choice lasts as long as the page.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}

/** The colours of the style sheet as they are now, and the size of its text in pixels. */
export function look() {
  const style = getComputedStyle(root);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    text: colour("--text"),
    quiet: colour("--quiet"),
    grid: colour("--grid"),
    card: colour("--card"),
    wait: colour("--wait"),
    lines: Array.from({ length: 8 }, (_, index) => colour(`--line-${index + 1}`)),
    family: getComputedStyle(document.body).fontFamily,
    size: parseFloat(style.fontSize),
  };
}
