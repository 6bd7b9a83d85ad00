// Search in the dialog that page.js opens; page.js also loads this file, the first time.
(() => {
  const PAGES_SHOWN = 12;
  const HEADINGS_PER_PAGE = 4;
  const EXCERPT_LENGTH = 130;
  const READINGS = 8; // of a query, its synonyms counted in
  const SYNONYM_WEIGHT = 0.6;
  const ENOUGH_PAGES = 3; // with sections that have every term: no others are asked
  const PARTIAL = 0.2; // what a section counts that has some terms, on a page that has all
  const EXACT_NAME = 3; // what it is worth that the query is a title or heading
  const COVERAGE = 0.7; // share of a question's terms that a document must have
  const FURTHER_HIT = 0.85; // what the next hit of a page adds, compared with the one before
  const STOP_WORDS = new Set(
    "a an and are as at be by do does for from how in is it of on or that the to what which why with".split(" "),
  );
  const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;
  // Runs of CJK, numbers with their decimals, and words such as c++.
  const TOKENS = new RegExp(
    `${CJK.source}+|\\p{N}+(?:\\.\\p{N}+)+|(?:(?!${CJK.source})[\\p{L}\\p{N}])+[+#]*`,
    "gu",
  );
  const WORD = /[\p{L}\p{N}]/u;

  const SPELLINGS = [
    [/臺/g, "台"],
    [/([iy])z(?=[aeio])/g, "$1s"], // normalize is normalise
    [/ense(?![a-z])/g, "ence"], // defense is defence
  ];

  /** Differences of spelling that do not matter are taken away; the length stays the same. */
  function fold(text) {
    return SPELLINGS.reduce((folded, [from, to]) => folded.replace(from, to), text.toLowerCase());
  }

  /** A plural is found by the singular and the reverse. */
  const singular = (word) => (/[^\Wsui]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word);

  /**
   * Latin words, and Chinese as overlapping pairs: 微調模型 → 微調, 調模, 模型, 型.
   * The last character stands alone too, so that a query of one character finds every
   * place as the beginning of a pair or as the end of a run.
   */
  function tokenize(text) {
    const tokens = [];
    for (const [run] of fold(text.normalize("NFKC")).matchAll(TOKENS)) {
      if (!CJK.test(run)) {
        tokens.push(singular(run));
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
    const words = new Set(tokens.filter((token) => !STOP_WORDS.has(token)));
    return [...(words.size ? words : new Set(tokens))];
  }

  /** The query, and with each name of a thing replaced by its other names. */
  function readings(query, synonyms) {
    const folded = fold(query.normalize("NFKC"));
    const found = new Set([folded]);
    for (const names of synonyms) {
      const name = names.find((one) => hasWord(folded, one));
      if (!name) continue;
      for (const other of names) if (other !== name) found.add(folded.replace(name, ` ${other} `));
    }
    return [...found].slice(0, READINGS);
  }

  /** A heading's anchor says in English what the heading is about: #red-teaming. */
  function anchorOf({ url, alone }) {
    return alone ? "" : (url.split("#")[1] ?? "").replaceAll("-", " ");
  }

  /** A misspelt word with two neighbouring letters swapped back: pytroch → pytorch. */
  function swaps(word) {
    const found = [];
    for (let i = 1; i < word.length; i++) {
      found.push(word.slice(0, i - 1) + word[i] + word[i - 1] + word.slice(i + 1));
    }
    return found;
  }

  /** Whether a name stands in a text, in Latin letters as a whole word. */
  function hasWord(text, name) {
    const at = text.indexOf(name);
    if (at < 0) return false;
    const joins = (character) => character !== undefined && /[a-z0-9]/.test(character);
    return !(joins(name[0]) && joins(text[at - 1])) && !(joins(name.at(-1)) && joins(text[at + name.length]));
  }

  function searchIndex({ documents, synonyms }) {
    const index = new window.MiniSearch({
      fields: ["page", "title", "anchor", "text"],
      extractField: (document, field) =>
        field === "anchor" ? anchorOf(document) : document[field],
      tokenize,
      processTerm: (term) => term,
      searchOptions: {
        tokenize: tokenizeQuery,
        boost: { page: 2, title: 4, anchor: 2, text: 1 },
        weights: { prefix: 0.4, fuzzy: 0.2 },
        boostDocument: (id) => byId.get(id).weight,
      },
    });
    const byId = new Map(documents.map((document) => [document.id, document]));
    const names = new Map(
      documents.map(({ id, page, title }) => [
        id,
        [page, title].map((name) => new Set(tokenizeQuery(name))),
      ]),
    );
    // The longest first: 梯度下降 before 梯度.
    const groups = synonyms
      .map((names) => names.map(fold).sort((a, b) => b.length - a.length))
      .sort((a, b) => b[0].length - a[0].length);
    index.addAll(documents);

    const pageOf = (hit) => byId.get(hit.id).url.split("#")[0];

    /**
     * Sections with every term, and of pages that have every term somewhere those with some.
     * A list of terms or resources is no page in this sense: its entries stand alone.
     */
    function complete(query, options) {
      const sought = tokenizeQuery(query).length;
      const whole = index.search(query, { ...options, combineWith: "AND" });
      if (sought === 1 || new Set(whole.map(pageOf)).size >= ENOUGH_PAGES) return whole;
      const hits = index.search(query, { ...options, combineWith: "OR" });
      const met = new Map(); // page → query terms found on it
      for (const hit of hits) {
        const terms = met.get(pageOf(hit)) ?? new Set();
        for (const term of hit.queryTerms) terms.add(term);
        met.set(pageOf(hit), terms);
      }
      return hits.flatMap((hit) => {
        if (hit.queryTerms.length === sought) return [hit];
        const alone = byId.get(hit.id).alone || met.get(pageOf(hit)).size < sought;
        return alone ? [] : [{ ...hit, score: hit.score * PARTIAL }];
      });
    }

    /** Hits of a query in all its readings; another reading than the reader's counts less. */
    function hitsOf(query, options) {
      const hits = new Map();
      readings(query, groups).forEach((reading, place) => {
        for (const hit of complete(reading, options)) {
          const score = hit.score * (place ? SYNONYM_WEIGHT : 1);
          if (score > (hits.get(hit.id)?.score ?? 0)) hits.set(hit.id, { ...hit, score });
        }
      });
      return [...hits.values()];
    }

    /** A title or heading counts the more, the less it says besides the query. */
    function nameBonus({ id, alone }, sought) {
      if (alone) return 1;
      const shares = names.get(id).map((tokens) =>
        sought.every((token) => tokens.has(token)) ? sought.length / tokens.size : 0,
      );
      return 1 + (EXACT_NAME - 1) * Math.max(...shares);
    }

    /** The query with words that are in no document spelt as one that is. */
    function unswapped(query) {
      return tokenizeQuery(query)
        .map((token) => {
          const isKnown = (word) => index.search(word, { prefix: false }).length > 0;
          if (CJK.test(token) || token.length < 4 || isKnown(token)) return token;
          return swaps(token).find(isKnown) ?? token;
        })
        .join(" ");
    }

    /** Documents with most of a longer query: questions are seldom asked in the text's words. */
    function mostOf(query, options) {
      const sought = tokenizeQuery(query);
      if (sought.length < 3) return [];
      const hits = index.search(query, { ...options, combineWith: "OR" });
      const needed = sought.length * COVERAGE;
      return hits.filter((hit) => hit.queryTerms.length >= needed);
    }

    return (query) => {
      const last = tokenizeQuery(query).pop();
      const prefix = (term) =>
        CJK.test(term) ? term.length === 1 : term.length >= 4 || term === last;
      // Each only where the one before found nothing: otherwise `rank` would also find `bank`.
      const fuzzy = (term) => !CJK.test(term) && term.length >= 4 && (term.length < 7 ? 1 : 2);
      let hits = hitsOf(query, { prefix });
      if (hits.length === 0) hits = mostOf(query, { prefix });
      if (hits.length === 0) hits = hitsOf(unswapped(query), { prefix });
      if (hits.length === 0) hits = hitsOf(query, { prefix, fuzzy });
      const sought = tokenizeQuery(query);
      const found = hits.map((hit) => {
        const document = byId.get(hit.id);
        return { ...document, terms: hit.terms, score: hit.score * nameBonus(document, sought) };
      });
      return found.sort((a, b) => b.score - a.score);
    };
  }

  /**
   * The hits by page, best page first, as `[{ title, url, hits }]`. A page with several good
   * hits is more likely about the query than one with a single better hit.
   */
  function group(hits) {
    const pages = new Map();
    for (const hit of hits) {
      const url = hit.url.split("#")[0];
      const page = pages.get(url) ?? { title: hit.page, url, hits: [], score: 0 };
      page.score += hit.score * (page.hits.length ? FURTHER_HIT ** page.hits.length : 1);
      page.hits.push(hit);
      pages.set(url, page);
    }
    return [...pages.values()].sort((a, b) => b.score - a.score);
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
        .then(([index]) => searchIndex(index))
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
