// What every page can do: the menu of small screens, opening the search, copying code.
(() => {
  const COPIED_MS = 2000;
  const { copy, copied } = document.currentScript.dataset;

  /** Calls `enhance` for each element that has not had it yet. */
  function once(name, selector, enhance) {
    for (const element of document.querySelectorAll(selector)) {
      if (element.hasAttribute(`data-${name}-init`)) continue;
      element.setAttribute(`data-${name}-init`, "");
      enhance(element);
    }
  }

  // Without scripts a label toggles the menu. The button in its place is reached by the
  // keyboard and says whether the menu is open; Escape closes it.
  function enhanceDrawer(button) {
    const toggle = document.getElementById("__drawer");
    const drawer = document.querySelector(".md-sidebar--primary");
    const label = document.querySelector(".md-header label[for=__drawer]");
    if (!toggle || !drawer || !label) {
      console.error("drawer: #__drawer, its label or .md-sidebar--primary is missing");
      return;
    }
    const setOpen = (open) => {
      toggle.checked = open;
      toggle.dispatchEvent(new Event("change"));
    };
    toggle.addEventListener("change", () => {
      button.setAttribute("aria-expanded", String(toggle.checked));
      if (!toggle.checked) return;
      const stops = [...drawer.querySelectorAll("a[href], label[tabindex]")];
      const first = stops.find((stop) => stop.checkVisibility({ visibilityProperty: true }));
      first?.focus({ preventScroll: true });
    });
    button.addEventListener("click", () => setOpen(!toggle.checked));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !toggle.checked) return;
      setOpen(false);
      button.focus();
    });
    label.hidden = true;
    button.hidden = false;
  }

  // Opens the dialog; search.js, which makes it search, is loaded the first time.
  function enhanceSearch(button) {
    const dialog = document.getElementById(button.dataset.dialog);
    const input = dialog?.querySelector("input");
    if (!input) {
      console.error("search: the dialog or its input is missing");
      return;
    }
    let loaded = false;
    function open() {
      if (dialog.open) return;
      dialog.showModal();
      input.select();
      if (loaded) return;
      loaded = true;
      const script = document.createElement("script");
      script.src = button.dataset.script;
      document.head.append(script);
    }
    button.addEventListener("click", open);
    dialog.addEventListener("click", (event) => {
      // The backdrop, the button, or a result, which may be on this very page.
      if (event.target === dialog || event.target.closest("button, a")) dialog.close();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      const modified = event.ctrlKey || event.metaKey;
      const slash = event.key === "/" && !typing && !modified && !event.altKey;
      if (!slash && !(modified && event.key.toLowerCase() === "k")) return;
      event.preventDefault();
      open();
    });
  }

  function enhanceCode(block) {
    const code = block.querySelector("pre > code");
    if (!code) {
      console.error("copy: a block without pre > code", block);
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.title = copy;
    button.setAttribute("aria-label", copy);
    const status = document.createElement("span");
    status.className = "copy-button__status";
    status.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trimEnd());
      status.textContent = copied;
      setTimeout(() => status.replaceChildren(), COPIED_MS);
    });
    block.append(button, status);
  }

  once("drawer", "[data-module=drawer]", enhanceDrawer);
  once("search", "[data-module=search]", enhanceSearch);
  // The clipboard is there over HTTPS, on this machine and for local files.
  if (navigator.clipboard) once("copy", ".highlight:not(.no-copy, .nb-output)", enhanceCode);
})();
