// A button on every block of code that copies it. Without this the code is selected by hand.
(() => {
  "use strict";

  const SHOWN_MS = 2000;
  const { copy, copied } = document.currentScript.dataset;

  function enhance(block) {
    const code = block.querySelector("pre > code");
    if (!code) {
      console.error("copy: a block without pre > code", block);
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.title = copy;
    const status = document.createElement("span");
    status.className = "copy-button__status";
    status.setAttribute("role", "status");
    button.setAttribute("aria-label", copy);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.trimEnd());
      } catch (error) {
        console.error("copy:", error);
        return;
      }
      status.textContent = copied;
      setTimeout(() => {
        status.textContent = "";
      }, SHOWN_MS);
    });
    block.append(button, status);
  }

  if (!navigator.clipboard) return; // only over HTTPS, on this machine, or from a file
  for (const block of document.querySelectorAll(".highlight:not(.no-copy, .nb-output)")) {
    if (block.hasAttribute("data-copy-init")) continue;
    block.setAttribute("data-copy-init", "");
    enhance(block);
  }
})();
