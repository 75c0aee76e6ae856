// The two libraries that set-up fetches into static/vendor/: they can be missing.

/** Socket.IO's `io` function, or undefined where its file is missing. */
export const io = window.io;

/** A promise of plotly.js, or of undefined where its file is missing. */
export const plotly = new Promise((resolve) => {
  const script = document.getElementById("plotly");
  script.addEventListener("load", () => resolve(window.Plotly));
  script.addEventListener("error", () => resolve(undefined));
});

/** Call `tell` with a sentence about the files that are missing, if any are. */
export async function reportMissing(tell) {
  const missing = [];
  if (!io) missing.push("socket.io.min.js");
  if (!(await plotly)) missing.push("plotly.min.js");
  if (missing.length === 0) return;
  tell(
    `Missing in static/vendor: ${missing.join(" and ")}. Live data or charts cannot be shown. ` +
      "Run the set-up of this project again, then reload this page.",
  );
}
