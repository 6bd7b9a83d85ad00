// Search in the dialog that page.js opens; page.js also loads this file, the first time.
(() => {
  const PAGES_SHOWN = 12;
  const HEADINGS_PER_PAGE = 4;
  const EXCERPT_LENGTH = 130;
  const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;
  // Runs of CJK, numbers with their decimals, and words such as c++.
  const TOKENS = new RegExp(
    `${CJK.source}+|\\p{N}+(?:\\.\\p{N}+)+|(?:(?!${CJK.source})[\\p{L}\\p{N}])+[+#]*`,
    "gu",
  );
  const WORD = /[\p{L}\p{N}]/u;

  const fold = (text) => text.toLowerCase().replaceAll("臺", "台");

  /**
   * Latin words, and Chinese as overlapping pairs: 微調模型 → 微調, 調模, 模型, 型.
   * The last character stands alone too, so that a query of one character finds every
   * place as the beginning of a pair or as the end of a run.
   */
  function tokenize(text) {
    const tokens = [];
    for (const [run] of fold(text.normalize("NFKC")).matchAll(TOKENS)) {
      if (!CJK.test(run)) {
        tokens.push(run);
        continue;
      }
      const characters = [...run];
      for (let i = 0; i < characters.length; i++) {
        tokens.push(characters[i] + (characters[i + 1] ?? ""));
      }
    }
    return tokens;
  }

  /** The same for a query, where a run's last character is in its last pair already. */
  function tokenizeQuery(text) {
    const tokens = [];
    for (const [run] of fold(text.normalize("NFKC")).matchAll(TOKENS)) {
      const pairs = tokenize(run);
      tokens.push(...(CJK.test(run) && pairs.length > 1 ? pairs.slice(0, -1) : pairs));
    }
    return [...new Set(tokens)];
  }

  function searchIndex(documents) {
    const index = new window.MiniSearch({
      fields: ["page", "title", "text"],
      tokenize,
      processTerm: (term) => term,
      searchOptions: {
        tokenize: tokenizeQuery,
        combineWith: "AND",
        boost: { page: 6, title: 4, text: 1 },
        weights: { prefix: 0.4, fuzzy: 0.2 },
      },
    });
    const byId = new Map(documents.map((document) => [document.id, document]));
    index.addAll(documents);
    return (query) => {
      const last = tokenizeQuery(query).pop();
      const prefix = (term) =>
        CJK.test(term) ? term.length === 1 : term.length >= 4 || term === last;
      let hits = index.search(query, { prefix });
      if (hits.length === 0) {
        // Only now: otherwise `rank` would also find `bank`.
        const fuzzy = (term) => (term.length >= 4 && !CJK.test(term) ? 0.2 : false);
        hits = index.search(query, { prefix, fuzzy });
      }
      return hits.map((hit) => ({ ...byId.get(hit.id), terms: hit.terms }));
    };
  }

  /** The hits by page, best page first, as `[{ title, url, hits }]`. */
  function group(hits) {
    const pages = new Map();
    for (const hit of hits) {
      const url = hit.url.split("#")[0];
      const page = pages.get(url) ?? { title: hit.page, url, hits: [] };
      page.hits.push(hit);
      pages.set(url, page);
    }
    return [...pages.values()];
  }

  /** Where the terms stand in a text, as ordered ranges that do not touch. */
  function rangesOf(terms, text) {
    const folded = fold(text);
    const ranges = [];
    for (const term of terms) {
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + 1)) {
        const inWord =
          !CJK.test(term) && at > 0 && WORD.test(folded[at - 1]) && !CJK.test(folded[at - 1]);
        if (!inWord) ranges.push([at, at + term.length]);
      }
    }
    ranges.sort((a, b) => a[0] - b[0]);
    const merged = [];
    for (const range of ranges) {
      const before = merged.at(-1);
      if (before && range[0] <= before[1]) before[1] = Math.max(before[1], range[1]);
      else merged.push(range);
    }
    return merged;
  }

  function highlighted(terms, text) {
    const fragment = document.createDocumentFragment();
    let end = 0;
    for (const [from, to] of rangesOf(terms, text)) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      fragment.append(text.slice(end, from), mark);
      end = to;
    }
    fragment.append(text.slice(end));
    return fragment;
  }

  /** The part of a text around the first term that stands in it. */
  function excerpt(terms, text) {
    const first = rangesOf(terms, text)[0]?.[0] ?? 0;
    const length = CJK.test(text.slice(first, first + 20)) ? EXCERPT_LENGTH / 2 : EXCERPT_LENGTH;
    const from = first < length / 3 ? 0 : Math.floor(first - length / 3);
    const to = from + length;
    const part = text.slice(from, to);
    const head = from > 0 ? part.replace(/^\w{1,15}(?=\s)/, "") : part; // no half words
    const whole = to < text.length ? head.replace(/(?<=\s)\w{1,15}$/, "") : head;
    return `${from > 0 ? "…" : ""}${whole.trim()}${to < text.length ? "…" : ""}`;
  }

  function element(tag, className, ...children) {
    const node = document.createElement(tag);
    node.className = className;
    node.append(...children);
    return node;
  }

  function renderPage(page, root) {
    const list = element("ul", "search__hits");
    for (const hit of page.hits.slice(0, HEADINGS_PER_PAGE)) {
      const link = element("a", "search__hit");
      link.href = root + hit.url;
      const heading = hit.title || page.title;
      link.append(element("span", "search__heading", highlighted(hit.terms, heading)));
      const text = excerpt(hit.terms, hit.text);
      if (text) link.append(element("span", "search__excerpt", highlighted(hit.terms, text)));
      list.append(element("li", "", link));
    }
    return element("li", "search__page", element("p", "search__title", page.title), list);
  }

  function loadScript(url) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`cannot load ${url}`));
      document.head.append(script);
    });
  }

  async function loadDocuments(url) {
    if (location.protocol === "file:") {
      await loadScript(`${url}.js`); // a page opened as a file may not fetch
      return window.portalSearchIndex;
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.json();
  }

  function enhance(dialog) {
    const input = dialog.querySelector(".search__input");
    const status = dialog.querySelector(".search__status");
    const pages = dialog.querySelector(".search__pages");
    if (!input || !status || !pages) {
      console.error("search: the input, the status or the list of pages is missing");
      return;
    }
    const words = dialog.dataset;
    const root = words.root.replace(/\/?$/, "/");
    let loading; // the promise of the search function, once it was asked for

    function load() {
      status.textContent = words.loading;
      const library = window.MiniSearch ? undefined : loadScript(words.library);
      loading = Promise.all([loadDocuments(words.index), library])
        .then(([documents]) => searchIndex(documents))
        .catch((error) => {
          loading = undefined; // the next keystroke tries again
          throw error;
        });
      return loading;
    }

    async function update() {
      try {
        const search = await (loading ?? load());
        const query = input.value.trim();
        const found = query ? group(search(query)) : [];
        pages.replaceChildren(...found.slice(0, PAGES_SHOWN).map((page) => renderPage(page, root)));
        const count = found.reduce((sum, page) => sum + page.hits.length, 0);
        if (!query) status.textContent = "";
        else if (count === 0) status.textContent = words.none;
        else status.textContent = words.count.replace("{}", count);
      } catch (error) {
        console.error("search:", error);
        status.textContent = words.failed;
      }
    }

    function move(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.isComposing) return;
      const stops = [input, ...pages.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }

    input.addEventListener("input", update);
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation(); // Material has keys of its own
      if (event.key === "Escape" && !event.isComposing) {
        event.preventDefault(); // a search field would only be emptied
        dialog.close();
      }
      move(event);
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      pages.querySelector("a")?.click();
    });
    update();
  }

  for (const dialog of document.querySelectorAll("dialog.search[open]")) {
    if (dialog.hasAttribute("data-search-init")) continue;
    dialog.setAttribute("data-search-init", "");
    enhance(dialog);
  }
})();
