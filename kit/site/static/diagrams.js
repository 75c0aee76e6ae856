/* Draws the diagrams of a page in the colours of its theme, and anew when that changes. */
"use strict";

// A page may have both scripts, so neither shares its names.
{
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const figures = [...document.querySelectorAll("figure.rt-diagram")];
  let drawn = null;

  function theme() {
    const chosen = document.body.dataset.theme;
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    return dark ? "dark" : "default";
  }

  async function draw() {
    if (drawn === theme()) return;
    drawn = theme();
    // Its own grey behind words on arrows is too light to read them.
    const themeCSS = drawn === "dark" ? ".edgeLabel, .edgeLabel p, .labelBkg { background-color: #222 !important; }" : "";
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: drawn, themeCSS });
    for (const [number, figure] of figures.entries()) {
      const { svg } = await mermaid.render(`rt-diagram-${number}`, figure.dataset.code);
      const drawing = figure.querySelector(".rt-drawing");
      drawing.innerHTML = svg;
      // Smaller its words cannot be read: on a phone it scrolls in its own frame.
      const picture = drawing.querySelector("svg");
      picture.style.minWidth = `${Math.min(picture.viewBox.baseVal.width, 700)}px`;
    }
  }

  new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-theme"] });
  system.addEventListener("change", draw);
  draw();
}
