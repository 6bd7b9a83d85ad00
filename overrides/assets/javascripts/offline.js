// Keeps the whole site for reading without a network, and says how much that is. The service
// worker fills the same cache with what a reader visits; its names are repeated here.
(() => {
  const MANIFEST = "offline.json";
  const EVERYTHING = "offline-everything";
  const AT_ONCE = 6;

  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const fill = (text, values) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

  function enhance(root) {
    const status = root.querySelector("[role=status]");
    const progress = root.querySelector("progress");
    const actions = root.querySelector(".offline__actions");
    const button = (action) => root.querySelector(`[data-action=${action}]`);
    if (!status || !progress || !actions) {
      console.error("offline: the status, the progress or the buttons are missing");
      return;
    }
    const words = root.dataset;
    let scope; // address of the site's home
    let stopping = null; // an AbortController while everything is being kept

    const address = (path) => new URL(path, scope).href;
    const open = (manifest) => caches.open(`portal:${scope.pathname}:${manifest.version}`);

    async function readManifest() {
      const response = await fetch(address(MANIFEST), { cache: "no-store" });
      if (!response.ok) throw new Error(`${MANIFEST}: ${response.status}`);
      return response.json();
    }

    /** The list of the kept version when there is no network. */
    async function keptManifest() {
      const response = await caches.match(address(MANIFEST));
      return response?.json();
    }

    async function report() {
      const manifest = await readManifest().catch(keptManifest);
      if (!manifest) {
        status.textContent = words.failed;
        return;
      }
      const size = Object.values(manifest.files).reduce((sum, [bytes]) => sum + bytes, 0);
      const cache = await open(manifest);
      const whole = await cache.match(address(EVERYTHING));
      const keys = await cache.keys();
      const pages = keys.filter(({ url }) => url.endsWith("/")).length;
      status.textContent = fill(whole ? words.all : words.none, { pages, size: megabytes(size) });
      button("keep").hidden = Boolean(whole);
      button("remove").hidden = keys.length === 0;
    }

    async function keepAll(signal) {
      const manifest = await readManifest();
      const cache = await open(manifest);
      const kept = new Set((await cache.keys()).map(({ url }) => url));
      const paths = Object.keys(manifest.files);
      const total = paths.reduce((sum, path) => sum + manifest.files[path][0], 0);
      let done = 0;
      const show = (path) => {
        done += manifest.files[path][0];
        progress.value = done;
        status.textContent = fill(words.working, { done: megabytes(done), total: megabytes(total) });
      };
      progress.max = total;
      const queue = paths.filter((path) => {
        if (kept.has(address(path))) show(path);
        return !kept.has(address(path));
      });
      async function work() {
        for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
          signal.throwIfAborted();
          const response = await fetch(address(path), { cache: "no-cache", signal });
          if (!response.ok) throw new Error(`${path}: ${response.status}`);
          await cache.put(address(path), response);
          show(path);
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      if ((await readManifest()).version !== manifest.version) {
        const error = new Error("the site was published anew");
        error.name = "NewerVersion";
        throw error;
      }
      await cache.put(address(MANIFEST), new Response(JSON.stringify(manifest)));
      await cache.put(address(EVERYTHING), new Response());
    }

    const MESSAGES = { AbortError: "stopped", QuotaExceededError: "full", NewerVersion: "newer" };

    async function keep() {
      stopping = new AbortController();
      button("keep").hidden = true;
      button("remove").hidden = true;
      button("stop").hidden = false;
      progress.hidden = false;
      button("stop").focus();
      let message = "";
      try {
        await navigator.storage?.persist?.(); // asks the browser not to tidy it away
        await keepAll(stopping.signal);
      } catch (error) {
        stopping.abort(); // the other downloads
        message = words[MESSAGES[error.name] ?? "failed"];
        if (!MESSAGES[error.name]) console.error("offline:", error);
      }
      stopping = null;
      progress.hidden = true;
      button("stop").hidden = true;
      button("keep").hidden = false;
      await report();
      if (message) status.textContent = message;
      (button("keep").hidden ? button("remove") : button("keep")).focus();
    }

    /** Back to what every first visit keeps: the worker installs itself anew. */
    async function remove() {
      for (const name of await caches.keys()) {
        if (name.startsWith(`portal:${scope.pathname}:`)) await caches.delete(name);
      }
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.unregister();
      status.textContent = words.removed;
      button("remove").hidden = true;
      button("keep").hidden = false;
      button("keep").focus();
    }

    async function start() {
      root.querySelector(".offline__noscript").hidden = true;
      const registered = document.querySelector("script[data-worker]"); // or it is switched off
      const possible = "serviceWorker" in navigator && "caches" in window;
      if (!registered || !possible || location.protocol === "file:") {
        status.textContent = words.unsupported;
        return;
      }
      status.textContent = words.preparing;
      const registration = await navigator.serviceWorker.ready;
      scope = new URL(registration.scope);
      button("keep").addEventListener("click", keep);
      button("stop").addEventListener("click", () => stopping?.abort());
      button("remove").addEventListener("click", remove);
      await report();
      actions.hidden = false;
    }

    start();
  }

  for (const root of document.querySelectorAll("[data-module=offline]")) {
    if (root.hasAttribute("data-offline-init")) continue;
    root.setAttribute("data-offline-init", "");
    enhance(root);
  }
})();
