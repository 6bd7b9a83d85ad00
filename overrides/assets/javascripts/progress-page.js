// The page about progress: sums, and taking progress to another browser as a file.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const progress = window.portalProgress;
  const LARGEST = 5_000_000; // bytes; a file with every id of the site has a tenth of it

  function enhance(root) {
    const { hours } = root.dataset;
    const status = root.querySelector(".progress__status");
    const file = root.querySelector("input[type=file]");
    const rows = [...root.querySelectorAll("tr[data-chapter]")];
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

    const isReached = {
      question: (id) => progress.get(id)?.state === "right",
      notebook: progress.isDone,
      resource: progress.isDone,
      chapter: progress.isDone,
    };

    function show() {
      const sums = { chapter: new Set(), notebook: new Set(), resource: new Set(), question: new Set() };
      let hoursDone = 0;
      for (const row of rows) {
        const done = progress.isDone(`chapter:${row.dataset.chapter}`);
        row.classList.toggle("progress__row--done", done);
        if (done) {
          sums.chapter.add(row.dataset.chapter);
          hoursDone += Number(row.dataset.hours);
        }
        for (const cell of row.querySelectorAll("[data-ids]")) {
          const kind = cell.dataset.kind;
          const ids = cell.dataset.ids.split(" ").map((id) => `${kind}:${id}`);
          const reached = ids.filter((id) => isReached[kind](id));
          for (const id of reached) sums[kind].add(id);
          cell.textContent = fill(words.of, { done: reached.length, total: ids.length });
        }
      }
      for (const [kind, reached] of Object.entries(sums)) {
        const place = root.querySelector(`[data-sum=${kind}]`);
        const bar = place.querySelector("progress");
        bar.value = reached.size;
        place.querySelector("output").textContent = fill(words.of, {
          done: reached.size,
          total: bar.max,
        });
      }
      root.querySelector("[data-sum=hours] output").textContent = fill(words.hours_of, {
        done: hoursDone,
        total: hours,
      });
    }

    function download() {
      const blob = new Blob([progress.stringify()], { type: "application/json" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `progress-${new Date().toISOString().slice(0, 10)}.json`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      status.textContent = words.exported;
    }

    async function load() {
      const [chosen] = file.files;
      if (!chosen) return;
      try {
        if (chosen.size > LARGEST) throw new Error("foreign");
        const taken = progress.merge(await chosen.text());
        status.textContent = taken ? fill(words.merged, { count: taken }) : words.nothing;
      } catch (error) {
        status.textContent = words[error.message] ?? words.damaged;
      }
      file.value = ""; // so that the same file can be chosen again
    }

    for (const cell of root.querySelectorAll("[data-own]")) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.autocomplete = "off";
      box.setAttribute("aria-label", cell.dataset.own);
      const id = `chapter:${cell.closest("tr").dataset.chapter}`;
      box.addEventListener("change", () => progress.set(id, box.checked ? "done" : "open"));
      const tick = () => {
        box.checked = progress.isDone(id);
      };
      progress.changes.addEventListener("change", tick);
      tick();
      cell.replaceChildren(box);
    }
    root.querySelector("[data-action=export]").addEventListener("click", download);
    root.querySelector("[data-action=import]").addEventListener("click", () => file.click());
    root.querySelector("[data-action=clear]").addEventListener("click", () => {
      if (!confirm(words.sure)) return;
      progress.clear();
      status.textContent = words.cleared;
    });
    file.addEventListener("change", load);
    progress.changes.addEventListener("change", show);
    for (const part of root.querySelectorAll("[data-scripted]")) part.hidden = false;
    status.textContent = ""; // it said that scripts are needed
    show();
  }

  for (const root of document.querySelectorAll("[data-module=progress-page]")) {
    if (root.hasAttribute("data-progress-page-init")) continue;
    root.setAttribute("data-progress-page-init", "");
    enhance(root);
  }
})();
