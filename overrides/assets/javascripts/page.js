// What every page can do: light and dark, the menu of small screens, opening the search,
// copying code, showing where the reader is. Without this a page can still be read whole.
(() => {
  const COPIED_MS = 2000;
  const { copy, copied, worker } = document.currentScript.dataset;

  /** Calls `enhance` for each element that has not had it yet. */
  function once(name, selector, enhance) {
    for (const element of document.querySelectorAll(selector)) {
      if (element.hasAttribute(`data-${name}-init`)) continue;
      element.setAttribute(`data-${name}-init`, "");
      enhance(element);
    }
  }

  // The choice is kept; without one the system decides, also when it changes its mind.
  function enhanceScheme(button) {
    const { body } = document;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const show = (scheme) => {
      body.dataset.mdColorScheme = scheme;
      button.setAttribute("aria-pressed", String(scheme === "slate"));
    };
    const stored = () => {
      try {
        return localStorage.getItem("portal.scheme");
      } catch {
        return null;
      }
    };
    button.addEventListener("click", () => {
      show(body.dataset.mdColorScheme === "slate" ? "default" : "slate");
      try {
        localStorage.setItem("portal.scheme", body.dataset.mdColorScheme);
      } catch {
        // Storage is full or forbidden: the choice lasts as long as the page.
      }
    });
    system.addEventListener("change", () => {
      if (!stored()) show(system.matches ? "slate" : "default");
    });
    show(body.dataset.mdColorScheme);
    button.hidden = false;
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

  // Code wider than the page is scrolled by the keyboard too: only then is it a stop.
  const wide = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });

  // Marks the heading being read in the contents, and keeps that entry in view.
  function enhanceContents(list) {
    const links = new Map();
    for (const link of list.querySelectorAll("a[href^='#']")) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) links.set(heading, link);
    }
    const scroller = list.closest(".md-sidebar__scrollwrap");
    let current;
    const mark = () => {
      const line = innerHeight / 4;
      const read = [...links.keys()].filter((h) => h.getBoundingClientRect().top < line);
      const link = links.get(read.at(-1));
      if (link === current) return;
      current?.classList.remove("md-nav__link--active");
      current?.removeAttribute("aria-current");
      current = link;
      if (!link) return;
      link.classList.add("md-nav__link--active");
      link.setAttribute("aria-current", "location");
      if (scroller) showWithin(scroller, link);
    };
    // One call a frame at most, and none while nothing moves.
    let asked = false;
    addEventListener(
      "scroll",
      () => {
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          mark();
        });
      },
      { passive: true },
    );
    requestAnimationFrame(mark);
  }

  /** Scrolls a box, and only it, until an element inside is seen. */
  function showWithin(scroller, element) {
    const box = scroller.getBoundingClientRect();
    const at = element.getBoundingClientRect();
    if (at.top >= box.top && at.bottom <= box.bottom) return;
    scroller.scrollTop += at.top - box.top - box.height / 3;
  }

  // Shows the title of the page in the header once its heading has scrolled away.
  function enhanceTitle(title) {
    const heading = document.querySelector("main h1");
    if (!heading) return;
    new IntersectionObserver(([entry]) => {
      const passed = !entry.isIntersecting && entry.boundingClientRect.top < 0;
      title.classList.toggle("md-header__title--active", passed);
    }).observe(heading);
  }

  // Back to the top, offered to who scrolls up far down.
  function enhanceTop(button) {
    let last = scrollY;
    addEventListener(
      "scroll",
      () => {
        button.hidden = scrollY < innerHeight || scrollY >= last;
        last = scrollY;
      },
      { passive: true },
    );
    button.addEventListener("click", () => scrollTo({ top: 0 }));
  }

  /** Opens what the address points to, when it lies in a closed part of the page. */
  function openTarget() {
    const id = decodeURIComponent(location.hash.slice(1));
    const closed = id && document.getElementById(id)?.closest("details:not([open])");
    if (closed) closed.open = true;
  }

  /** Paper cannot be clicked: everything is open while printing. */
  function openForPrint() {
    const closed = [...document.querySelectorAll("main details:not([open])")];
    for (const part of closed) part.open = true;
    const close = () => {
      for (const part of closed) part.open = false;
    };
    addEventListener("afterprint", close, { once: true });
  }

  // The worker keeps pages for reading without a network; it waits until the page is there.
  function registerWorker() {
    if (!worker || !("serviceWorker" in navigator) || location.protocol === "file:") return;
    navigator.serviceWorker.register(worker, { updateViaCache: "none" }).catch((error) => {
      console.warn("offline: the service worker was not registered:", error.message);
    });
  }

  /** Opened as a file, a folder's address shows its list of files: name the page in it. */
  function nameIndex(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || link.protocol !== "file:" || !link.pathname.endsWith("/")) return;
    link.pathname += "index.html";
  }

  once("scheme", "[data-module=scheme]", enhanceScheme);
  once("drawer", "[data-module=drawer]", enhanceDrawer);
  once("search", "[data-module=search]", enhanceSearch);
  once("wide", "pre > code", (code) => wide.observe(code));
  once("contents", ".md-sidebar--secondary [data-md-component=toc]", enhanceContents);
  once("title", ".md-header__title", enhanceTitle);
  once("top", "[data-md-component=top]", enhanceTop);
  addEventListener("hashchange", openTarget);
  addEventListener("beforeprint", openForPrint);
  addEventListener("load", registerWorker);
  if (location.protocol === "file:") addEventListener("click", nameIndex, { capture: true });
  openTarget();
  for (const link of document.querySelectorAll(".md-sidebar--primary [aria-current=page]")) {
    showWithin(link.closest(".md-sidebar__scrollwrap"), link);
  }
  // The clipboard is there over HTTPS, on this machine and for local files.
  if (navigator.clipboard) once("copy", ".highlight:not(.no-copy, .nb-output)", enhanceCode);
})();
