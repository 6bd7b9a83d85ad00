// The path finder. Without this the page lists the way to each named goal.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const progress = window.portalProgress;
  const { addDays, calendar, closure, markdown, plan } = window.portalPlan;
  const DEFAULT_PACE = 6; // hours a week
  const CHINESE = ["zh-Hant", "zh-Hans", "multi"];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  /** Today where the reader is. */
  function today() {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  }

  function save(name, type, text) {
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function enhance(root) {
    const { chapters, goals } = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const byId = new Map(chapters.map((chapter) => [chapter.id, chapter]));
    const form = root.querySelector("form");
    const result = root.querySelector(".path__result");
    const summary = root.querySelector(".path__summary");
    const steps = root.querySelector(".path__steps");
    const status = root.querySelector(".path__status");
    const count = root.querySelector(".path__known-count");
    const fields = form.elements;
    const boxes = [...form.querySelectorAll("[name=known]")];
    const dayOf = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
    let shown; // what the exports write

    const known = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const goalsOf = (goal) => goals.find(({ id }) => id === goal)?.chapters ?? (byId.has(goal) ? [goal] : []);
    const titleOf = (goal) => goals.find(({ id }) => id === goal)?.title ?? byId.get(goal)?.title;

    function pace() {
      const value = fields.hours.valueAsNumber;
      return value >= 1 && value <= 100 ? value : DEFAULT_PACE;
    }

    function fits(resource) {
      const wanted = fields.language.value;
      if (!wanted) return true;
      return wanted === "zh" ? CHINESE.includes(resource.language) : ["en", "multi"].includes(resource.language);
    }

    function weeks({ from, to }) {
      return from === to ? fill(words.week, { from }) : fill(words.weeks, { from, to });
    }

    function stepNode({ chapter, step, resources }) {
      const title = chapter.href ? element("a", { href: chapter.href }, chapter.title) : chapter.title;
      const facts = [weeks(step), fill(words.hours, { hours: step.hours })];
      if (!chapter.href) facts.push(words.planned);
      const node = element(
        "li",
        { className: "path__step" },
        element("p", { className: "path__title" }, title),
        element("p", { className: "path__facts" }, facts.join(" · ")),
      );
      if (resources.length) {
        const items = resources.map(({ title: name, url }) =>
          element("li", {}, element("a", { href: url, className: "resource-link" }, name)),
        );
        node.append(element("ul", { className: "path__resources" }, ...items));
      }
      return node;
    }

    function show() {
      const goal = fields.goal.value;
      const mastered = closure(chapters, known());
      for (const box of boxes) {
        box.closest("label").classList.toggle("path__implied", !box.checked && mastered.has(box.value));
      }
      count.textContent = fill(words.known_count, { count: mastered.size });
      const found = plan(chapters, known(), goalsOf(goal), pace());
      const start = fields.start.value || today();
      const end = addDays(start, 7 * found.weeks - 1);
      shown = {
        name: titleOf(goal) ?? "",
        start,
        summary: found.steps.length
          ? fill(words.summary, {
              count: found.steps.length,
              hours: found.hours,
              weeks: found.weeks,
              end: dayOf.format(Date.parse(end)),
            })
          : words.nothing,
        steps: found.steps.map((step) => {
          const chapter = byId.get(step.id);
          return { step, chapter, resources: chapter.resources.filter(fits) };
        }),
      };
      summary.textContent = goal ? shown.summary : words.choose;
      steps.replaceChildren(...(goal ? shown.steps.map(stepNode) : []));
      result.classList.toggle("path__result--empty", !goal || !shown.steps.length);
    }

    /** The address holds what was chosen, so that it can be shared; defaults are left out. */
    function remember() {
      const wanted = new URLSearchParams();
      if (fields.goal.value) wanted.set("goal", fields.goal.value);
      if (known().length) wanted.set("known", known().join(","));
      if (pace() !== DEFAULT_PACE) wanted.set("hours", pace());
      if (fields.language.value) wanted.set("language", fields.language.value);
      if (fields.start.value) wanted.set("start", fields.start.value);
      const url = new URL(location.href);
      url.search = wanted.toString().replaceAll("%2F", "/").replaceAll("%2C", ",");
      history.replaceState(history.state, "", url);
    }

    function current(id) {
      return progress.today(`chapter:${id}`)?.replace("chapter:", "") ?? "";
    }

    function restore() {
      const wanted = new URLSearchParams(location.search);
      const goal = wanted.get("goal") ?? "";
      fields.goal.value = titleOf(goal) ? goal : current(goal);
      if (fields.goal.selectedIndex < 0) fields.goal.value = "";
      const ids = new Set((wanted.get("known") ?? "").split(",").map(current));
      for (const box of boxes) box.checked = ids.has(box.value);
      fields.hours.value = wanted.get("hours") ?? DEFAULT_PACE;
      fields.hours.value = pace();
      fields.language.value = wanted.get("language") ?? "";
      if (fields.language.selectedIndex < 0) fields.language.value = "";
      fields.start.value = wanted.get("start") ?? "";
      show();
    }

    const absolute = (href) => href && new URL(href, location.href).href;
    const fileName = () => (fields.goal.value || "path").replaceAll("/", "-");

    const actions = {
      async link() {
        try {
          await navigator.clipboard.writeText(location.href);
          status.textContent = words.copied;
        } catch {
          status.textContent = words.not_copied;
        }
      },
      markdown() {
        const entries = shown.steps.map(({ step, chapter, resources }) => ({
          weeks: weeks(step),
          title: chapter.title,
          url: absolute(chapter.href),
          note: fill(words.in_brackets, { text: fill(words.hours, { hours: step.hours }) }),
          resources,
        }));
        save(`${fileName()}.md`, "text/markdown", markdown(shown.name, shown.summary, entries));
        status.textContent = words.saved;
      },
      calendar() {
        const entries = shown.steps.map(({ step, chapter }) => ({
          ...step,
          title: chapter.title,
          note: fill(words.hours, { hours: step.hours }),
          url: absolute(chapter.href),
        }));
        const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
        save(`${fileName()}.ics`, "text/calendar", calendar(shown.name, entries, shown.start, stamp));
        status.textContent = words.saved;
      },
      progress() {
        for (const box of boxes) box.checked ||= progress.isDone(`chapter:${box.value}`);
        remember();
        show();
      },
    };

    for (const button of root.querySelectorAll("[data-action]")) {
      button.addEventListener("click", actions[button.dataset.action]);
    }
    form.addEventListener("input", () => {
      status.textContent = "";
      remember();
      show();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("popstate", restore);
    for (const part of root.querySelectorAll("[data-scripted]")) part.hidden = false;
    restore();
  }

  for (const root of document.querySelectorAll("[data-module=path-finder]")) {
    if (root.hasAttribute("data-path-finder-init")) continue;
    root.setAttribute("data-path-finder-init", "");
    enhance(root);
  }
})();
