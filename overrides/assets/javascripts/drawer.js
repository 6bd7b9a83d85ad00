// The menu of small screens. Without this a label toggles it; with it a real button does,
// which the keyboard reaches, which says whether the menu is open, and Escape closes.
(() => {
  "use strict";

  function enhance(button) {
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
      if (toggle.checked) drawer.querySelector("a[href]")?.focus({ preventScroll: true });
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

  for (const button of document.querySelectorAll("[data-module=drawer]")) {
    if (button.hasAttribute("data-drawer-init")) continue;
    button.setAttribute("data-drawer-init", "");
    enhance(button);
  }
})();
