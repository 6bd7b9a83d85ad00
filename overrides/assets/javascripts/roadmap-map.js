// The roadmap as a map: how far the reader is, and what a chapter needs and leads to.
// Without this the map is links with a title each.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const progress = window.portalProgress;

  function enhance(root) {
    const tip = root.querySelector(".roadmap-map__tip");
    const stations = new Map(
      [...root.querySelectorAll("[data-map]")].map((node) => [node.dataset.map, node]),
    );
    const edges = [...root.querySelectorAll(".map__edges path")];
    if (!tip || !stations.size) {
      console.error("roadmap-map: the tip or the chapters are missing");
      return;
    }
    const needs = (id) => stations.get(id).dataset.needs.split(" ").filter(Boolean);
    const isPlanned = (id) => !stations.get(id).hasAttribute("href");
    const texts = new Map();
    for (const [id, node] of stations) {
      texts.set(id, {
        name: node.querySelector("text").textContent.replace(/\s+/g, " ").trim(),
        about: node.querySelector("title").textContent,
      });
      node.querySelector("title").remove(); // or the browser would show a second tip
    }

    const isDone = (id) => progress.isDone(`chapter:${id}`);

    /** A planned chapter cannot be read yet, so it holds nobody up. */
    function stateOf(id) {
      if (isPlanned(id)) return "planned";
      if (isDone(id)) return "done";
      return needs(id).every((other) => isPlanned(other) || isDone(other)) ? "next" : "locked";
    }

    function showStates() {
      for (const [id, node] of stations) {
        const state = stateOf(id);
        node.dataset.state = state;
        if (state === "planned") continue;
        node.querySelector("use").setAttribute("href", `#sign-${state}`);
        node.setAttribute("aria-label", `${texts.get(id).name} · ${words[state]}`);
      }
    }

    /** Everything that must be read before a chapter, itself left out. */
    function before(id, found = new Set()) {
      for (const other of needs(id)) {
        if (found.has(other)) continue;
        found.add(other);
        before(other, found);
      }
      return found;
    }

    function hide() {
      tip.hidden = true;
      root.classList.remove("roadmap-map--lit");
      for (const node of root.querySelectorAll("[data-lit]")) delete node.dataset.lit;
      for (const node of root.querySelectorAll("[aria-describedby=map-tip]"))
        node.removeAttribute("aria-describedby");
    }

    function light(id) {
      hide();
      const node = stations.get(id);
      const earlier = before(id);
      root.classList.add("roadmap-map--lit");
      node.dataset.lit = "self";
      node.setAttribute("aria-describedby", "map-tip");
      for (const [other, station] of stations) {
        if (earlier.has(other)) station.dataset.lit = "before";
        else if (needs(other).includes(id)) station.dataset.lit = "after";
      }
      for (const edge of edges) {
        const { from, to } = edge.dataset;
        if (earlier.has(from) && (to === id || earlier.has(to))) edge.dataset.lit = "before";
        else if (from === id) edge.dataset.lit = "after";
      }
      tip.textContent = texts.get(id).about;
      tip.hidden = false;
      const box = node.querySelector("rect").getBoundingClientRect();
      const frame = root.getBoundingClientRect();
      const left = Math.min(box.left - frame.left, frame.width - tip.offsetWidth);
      tip.style.left = `${Math.max(0, left)}px`;
      tip.style.top = `${box.bottom - frame.top + 2}px`;
    }

    for (const [id, node] of stations) {
      node.addEventListener("pointerenter", () => light(id));
      if (isPlanned(id)) continue; // a listener for focus would make it a stop of the Tab key
      node.addEventListener("focus", () => light(id));
      node.addEventListener("blur", hide);
    }
    // The tip may be pointed at without going away, and Escape puts it away.
    root.addEventListener("pointerleave", hide);
    root.querySelector(".roadmap-map__tracks").addEventListener("pointerover", (event) => {
      if (!event.target.closest("[data-map]")) hide();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
    });
    progress.changes.addEventListener("change", showStates);
    for (const part of root.querySelectorAll("[data-scripted]")) part.hidden = false;
    showStates();
  }

  for (const root of document.querySelectorAll("[data-module=roadmap-map]")) {
    if (root.hasAttribute("data-roadmap-map-init")) continue;
    root.setAttribute("data-roadmap-map-init", "");
    enhance(root);
  }
})();
