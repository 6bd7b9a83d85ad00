// Tips of glossary terms. Without this a term is a link to its place in the glossary.
(() => {
  const LINGER_MS = 150; // long enough to move the pointer from the term to its tip
  const MARGIN = 8; // pixels to the edge of the window

  const tip = document.createElement("div");
  tip.className = "term-tip";
  tip.id = "term-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  (document.querySelector("main") ?? document.body).append(tip);
  let shown; // the term whose tip is shown
  let leaving;

  function hide() {
    clearTimeout(leaving);
    tip.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
  }

  function show(term) {
    clearTimeout(leaving);
    if (shown === term) return;
    hide();
    shown = term;
    tip.textContent = term.dataset.tip;
    tip.hidden = false;
    term.setAttribute("aria-describedby", tip.id);
    const box = term.getClientRects()[0]; // the first line, where a term is broken
    const width = document.documentElement.clientWidth;
    const left = Math.max(MARGIN, Math.min(box.left, width - tip.offsetWidth - MARGIN));
    const above = box.bottom + tip.offsetHeight + MARGIN > window.innerHeight;
    const top = above ? box.top - tip.offsetHeight : box.bottom;
    const frame = (tip.offsetParent ?? document.documentElement).getBoundingClientRect();
    tip.style.left = `${left - frame.left}px`;
    tip.style.top = `${top - frame.top}px`;
  }

  function linger() {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      if (document.activeElement !== shown) hide();
    }, LINGER_MS);
  }

  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", linger);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  for (const term of document.querySelectorAll("[data-module=term]")) {
    term.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") show(term); // a touch follows the link
    });
    term.addEventListener("pointerleave", linger);
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
  }
})();
