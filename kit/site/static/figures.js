/* Draws the figures of a page from the data that stands beside each, when it comes into sight. */
"use strict";

// A page may have both scripts, so neither shares its names.
{
  function draw(figure) {
    const drawing = figure.querySelector(".rt-drawing");
    const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
    drawing.classList.add("is-drawn");
    Plotly.newPlot(drawing, data, { ...layout, autosize: true, width: undefined }, { responsive: true, displayModeBar: false });
  }

  const sight = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        sight.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "400px" },
  );
  document.querySelectorAll("figure.rt-figure").forEach((figure) => sight.observe(figure));
}
