// Progress: what the reader ticked or answered, kept in this browser only. Every page loads
// this; quiz.js, map.js and the pages about progress use `portalProgress`.
(() => {
  const KEY = "ai-engineer-portal.progress";
  const FORMAT = "ai-engineer-portal-progress";
  const VERSION = 1;
  const ID = /^(?:chapter|notebook|resource|question):[a-z0-9/-]+(?:#q-[\w-]+)?$/;
  const STATES = ["done", "open", "right", "wrong"]; // open: was ticked and no longer is
  const words = document.currentScript.dataset;
  const aliases = JSON.parse(words.aliases);
  const root = new URL(words.root.replace(/\/?$/, "/"), location.href);
  const changes = new EventTarget();
  let items = new Map(); // id → { state, at, tries? }
  let trouble; // "forbidden", "full" or "damaged", once storing failed

  /** The id of today; undefined where nothing follows. portal/identity.py says the same. */
  function successor(id) {
    if (Object.hasOwn(aliases, id)) return aliases[id] ?? undefined;
    const [, page, question] = /^question:([^#]*)(#.*)$/.exec(id) ?? [];
    const chapter = `chapter:${page}`;
    if (!question || !Object.hasOwn(aliases, chapter)) return id;
    return aliases[chapter]?.replace("chapter:", "question:").concat(question);
  }

  /** The later of two entries; for equal times the one that is not open. */
  function later(mine, theirs) {
    if (!mine) return theirs;
    const tries = Math.max(mine.tries ?? 0, theirs.tries ?? 0);
    const equal = theirs.at === mine.at && mine.state === "open";
    const winner = theirs.at > mine.at || equal ? theirs : mine;
    return tries ? { ...winner, tries } : winner;
  }

  function isEntry([id, entry]) {
    return (
      ID.test(id) &&
      STATES.includes(entry?.state) &&
      typeof entry.at === "string" &&
      !Number.isNaN(Date.parse(entry.at)) &&
      (entry.tries === undefined || (Number.isInteger(entry.tries) && entry.tries > 0))
    );
  }

  /**
   * Reads the text of a file.
   * Throws an Error whose message is "damaged", "foreign" or "newer".
   */
  function parse(text) {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      throw new Error("damaged");
    }
    if (data?.format !== FORMAT) throw new Error("foreign");
    if (data.version > VERSION) throw new Error("newer");
    const entries = Object.entries(data.items ?? [0]);
    if (data.version !== VERSION || !entries.every(isEntry)) throw new Error("damaged");
    const now = new Date().toISOString();
    const found = new Map();
    for (const [old, { state, at, tries }] of entries) {
      const id = successor(old);
      const time = new Date(at).toISOString();
      // A clock that ran ahead must not win for ever.
      const entry = { state, at: time < now ? time : now, ...(tries && { tries }) };
      if (id) found.set(id, later(found.get(id), entry));
    }
    return found;
  }

  const stringify = () =>
    JSON.stringify({ format: FORMAT, version: VERSION, items: Object.fromEntries(items) }, null, 1);

  function read() {
    let text;
    try {
      text = localStorage.getItem(KEY);
    } catch {
      trouble = "forbidden";
      return;
    }
    try {
      if (text) items = parse(text);
    } catch {
      trouble = "damaged";
      localStorage.setItem(`${KEY}.damaged`, text);
    }
  }

  function changed() {
    try {
      localStorage.setItem(KEY, stringify());
      if (trouble !== "damaged") trouble = undefined;
    } catch (error) {
      trouble = error.name === "SecurityError" ? "forbidden" : "full";
    }
    sayTrouble();
    changes.dispatchEvent(new Event("change"));
  }

  function set(id, state) {
    const tries = (items.get(id)?.tries ?? 0) + 1;
    const answered = state === "right" || state === "wrong";
    items.set(id, { state, at: new Date().toISOString(), ...(answered && { tries }) });
    changed();
  }

  /** Takes over what a file has and this browser lacks or has older; returns how many. */
  function merge(text) {
    let taken = 0;
    for (const [id, entry] of parse(text)) {
      const merged = later(items.get(id), entry);
      if (JSON.stringify(merged) === JSON.stringify(items.get(id))) continue;
      items.set(id, merged);
      taken += 1;
    }
    if (taken) changed();
    return taken;
  }

  /** The id of a page of this language: its path without suffix; "" for the home page. */
  function pageOf(url) {
    const path = new URL(url, location.href);
    if (path.origin !== root.origin || !path.pathname.startsWith(root.pathname)) return undefined;
    return path.pathname.slice(root.pathname.length).replace(/(?:index)?\.html$|\/(?:index\.html)?$/, "");
  }

  /** The id that ticks a page: a chapter's or a notebook's. */
  function itemOf(page) {
    return page.startsWith("notebooks/") ? page.replace("notebooks/", "notebook:") : `chapter:${page}`;
  }

  const isDone = (id) => items.get(id)?.state === "done";

  function sayTrouble() {
    const said = document.querySelector(".progress-trouble") ?? document.createElement("p");
    said.className = "progress-trouble";
    said.setAttribute("role", "alert");
    if (!said.isConnected) document.body.append(said);
    const text = trouble ? words[trouble] : "";
    if (said.textContent !== text) said.textContent = text;
  }

  // ---- What every page shows ----

  function checkbox(id) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.autocomplete = "off";
    box.addEventListener("change", () => set(id, box.checked ? "done" : "open"));
    const show = () => {
      box.checked = isDone(id);
    };
    changes.addEventListener("change", show);
    show();
    return box;
  }

  /** The box at the end of a chapter or notebook; its label is in the page. */
  function enhanceTick(place) {
    place.querySelector("label").prepend(checkbox(place.dataset.tick));
    place.hidden = false;
  }

  function enhanceResource(entry) {
    const box = checkbox(entry.id.replace("resource-", "resource:"));
    const title = entry.querySelector(".resource__title > a")?.textContent.trim() ?? "";
    box.className = "resource__tick";
    box.title = words.tick;
    box.setAttribute("aria-label", words.ticked.replace("{}", title));
    entry.append(box);
  }

  /** A sign behind each link to a page that is done: in the navigation and on the roadmap. */
  function markLinks() {
    for (const link of document.querySelectorAll(".md-nav--primary a[href], .roadmap__title > a")) {
      const page = pageOf(link.href);
      const done = page ? isDone(itemOf(page)) : false;
      const mark = link.querySelector(".done-mark");
      if (done === Boolean(mark)) continue;
      if (mark) mark.remove();
      else {
        const sign = document.createElement("span");
        sign.className = "done-mark";
        sign.setAttribute("role", "img");
        sign.setAttribute("aria-label", words.done);
        link.append(sign);
      }
    }
  }

  read();
  for (const place of document.querySelectorAll("p[data-tick]")) enhanceTick(place);
  for (const entry of document.querySelectorAll("li.resource")) enhanceResource(entry);
  markLinks();
  changes.addEventListener("change", markLinks);
  if (trouble === "damaged") sayTrouble();
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    items = new Map();
    read();
    changes.dispatchEvent(new Event("change"));
  });

  window.portalProgress = {
    changes,
    isDone,
    itemOf,
    pageOf,
    set,
    merge,
    stringify,
    today: successor,
    get: (id) => items.get(id),
    trouble: () => trouble,
    clear() {
      items = new Map();
      changed();
    },
  };
})();
