// A classic script in the head: a remembered theme is set before the first paint, without a flash.
(() => {
  try {
    const remembered = localStorage.getItem("theme");
    if (remembered === "light" || remembered === "dark") {
      document.documentElement.dataset.theme = remembered;
    }
  } catch {
    // Storage can be switched off: the system's theme is used.
  }
})();
