// Filters of the resource catalogue. Without this the catalogue is one long list.
(() => {
  const CHOICES = ["track", "kind", "language", "level", "access"];
  const fold = (text) => text.normalize("NFKC").toLowerCase().replaceAll("臺", "台");

  function enhance(root) {
    const form = root.querySelector(".catalogue__filters");
    const count = root.querySelector(".catalogue__count");
    const none = root.querySelector(".catalogue__none");
    if (!form || !count || !none) {
      console.error("catalogue: the form, its count or its message is missing");
      return;
    }
    const items = [...root.querySelectorAll(".resource")].map((node) => ({
      node,
      facts: node.dataset.facts.split(" "), // no word means two things
      words: fold(
        [...node.querySelectorAll(".resource__title, .resource__note")]
          .map((part) => part.textContent)
          .join(" "),
      ),
    }));
    const matches = form.dataset.matches;

    /** The filter as the address keeps it: only what is set. */
    function filter() {
      const set = [...new FormData(form)].map(([name, value]) => [name, value.trim()]);
      return new URLSearchParams(set.filter(([, value]) => value));
    }

    function fits({ facts, words }, wanted) {
      const sought = fold(wanted.get("q") ?? "").split(/\s+/u);
      return (
        CHOICES.every((name) => !wanted.has(name) || facts.includes(wanted.get(name))) &&
        sought.every((word) => words.includes(word))
      );
    }

    function apply() {
      const wanted = filter();
      let shown = 0;
      for (const item of items) {
        item.node.hidden = !fits(item, wanted);
        if (!item.node.hidden) shown += 1;
      }
      count.textContent = matches.replace("{shown}", shown).replace("{total}", items.length);
      none.hidden = shown > 0;
      return wanted;
    }

    function remember(wanted) {
      const url = new URL(location.href);
      url.search = wanted;
      history.replaceState(history.state, "", url);
    }

    function restore() {
      const wanted = new URLSearchParams(location.search);
      for (const field of form.querySelectorAll("[name]")) {
        field.value = wanted.get(field.name) ?? "";
        if (field.selectedIndex === -1) field.value = ""; // a value that is not offered
      }
      apply();
    }

    form.addEventListener("input", () => remember(apply()));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault(); // the browser would reset to what it kept over a reload
      for (const field of form.querySelectorAll("[name]")) field.value = "";
      remember(apply());
      form.elements.q.focus();
    });
    window.addEventListener("popstate", restore);
    form.hidden = false;
    restore();
  }

  for (const root of document.querySelectorAll("[data-module=catalogue]")) {
    if (root.hasAttribute("data-catalogue-init")) continue;
    root.setAttribute("data-catalogue-init", "");
    enhance(root);
  }
})();
