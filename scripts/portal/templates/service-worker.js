// Keeps the site readable without a network. Online every answer comes from the network, so
// that nothing is ever stale; what is kept is only shown when the network does not answer.
// All that is kept belongs to one version of the site: a cache is filled for a version, and
// taken over by the next one as a whole.
const VERSION = "{{ version }}";
const SCOPE = new URL("./", location.href);
const PREFIX = `portal:${SCOPE.pathname}:`;
const CACHE = PREFIX + VERSION;
const MANIFEST = "offline.json"; // version, and of every file its size and hash
const FALLBACK = "offline.html"; // for a page that was not kept
const EVERYTHING = "offline-everything"; // an entry that says: the reader asked for the whole site
const VERSION_MARK = `<meta name="portal-version" content="${VERSION}">`;
// Not linked in the HTML of a page, but needed by one that was used: fonts and search.
const KEPT_WHEN_USED = /\.woff2$|(?:^|\/)search\//;
const ASSET = /\s(?:src|href)="([^"#?]+)"/g;

const address = (path) => new URL(path, SCOPE).href;
const pathOf = (url) => new URL(url).pathname.slice(SCOPE.pathname.length);

/** The list of files, fresh from the network, and only if it is of this version. */
async function readManifest() {
  const response = await fetch(address(MANIFEST), { cache: "no-store" });
  if (!response.ok) throw new Error(`${MANIFEST}: ${response.status}`);
  const manifest = await response.json();
  if (manifest.version !== VERSION) throw new Error("a newer version is being published");
  return manifest;
}

async function download(cache, path) {
  const response = await fetch(address(path), { cache: "no-cache" });
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  await cache.put(address(path), response);
}

/** The cache of the version before, with its list of files; undefined when there is none. */
async function previous() {
  const names = (await caches.keys()).filter((n) => n.startsWith(PREFIX) && n !== CACHE);
  for (const name of names.reverse()) {
    const cache = await caches.open(name);
    const manifest = await cache.match(address(MANIFEST));
    if (manifest) return { cache, files: (await manifest.json()).files };
  }
}

async function install() {
  await caches.delete(CACHE); // left by an installation that did not finish
  const manifest = await readManifest();
  const cache = await caches.open(CACHE);
  const before = await previous();
  const kept = before ? (await before.cache.keys()).map((request) => pathOf(request.url)) : [];
  const everything = kept.includes(EVERYTHING);
  const wanted = new Set(everything ? Object.keys(manifest.files) : [...manifest.shell, ...kept]);
  for (const path of wanted) {
    if (!(path in manifest.files)) continue; // the page is gone
    const same = before?.files[path]?.[1] === manifest.files[path][1];
    const copy = same ? await before.cache.match(address(path)) : undefined;
    if (copy) await cache.put(address(path), copy);
    else await download(cache, path);
  }
  await readManifest(); // still the same version: nothing was mixed
  if (everything) await cache.put(address(EVERYTHING), new Response());
  await cache.put(address(MANIFEST), new Response(JSON.stringify(manifest)));
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

/** The cache of this version; undefined once the reader, or a later worker, has deleted it. */
async function openCache() {
  if (await caches.has(CACHE)) return caches.open(CACHE);
}

/** From the network, and asking it whether what the browser has stored is still right. */
async function fromNetwork(request) {
  if (request.mode !== "navigate") {
    const checked = ["script", "style"].includes(request.destination);
    return fetch(request, checked ? { cache: "no-cache" } : undefined);
  }
  const response = await fetch(request.url, { cache: "no-cache", credentials: "same-origin" });
  return response.redirected ? Response.redirect(response.url) : response;
}

/** Keep a page that was visited, with all it shows, if it is of this version. */
async function keepPage(request, response) {
  const html = await response.clone().text();
  if (!html.includes(VERSION_MARK)) return;
  const cache = await openCache();
  const manifest = await (await cache?.match(address(MANIFEST)))?.json();
  const path = pathOf(request.url.split(/[?#]/)[0]);
  if (!manifest || !(path in manifest.files)) return;
  await cache.put(address(path), response);
  for (const [, link] of html.matchAll(ASSET)) {
    const asset = pathOf(new URL(link, request.url).href);
    if (!asset.includes("assets/") || !(asset in manifest.files)) continue;
    if (!(await cache.match(address(asset)))) await download(cache, asset);
  }
}

async function keepUsed(request, response) {
  const cache = await openCache();
  if (cache && !(await cache.match(request))) await cache.put(request, response);
}

async function answer(event) {
  const { request } = event;
  try {
    const response = await fromNetwork(request);
    if (!response.ok) return response;
    if (request.mode === "navigate") event.waitUntil(keepPage(request, response.clone()));
    else if (KEPT_WHEN_USED.test(pathOf(request.url))) {
      event.waitUntil(keepUsed(request, response.clone()));
    }
    return response;
  } catch (error) {
    const cache = await openCache();
    const found = await cache?.match(request, { ignoreSearch: true, ignoreVary: true });
    if (found) return found;
    const fallback = request.mode === "navigate" && (await cache?.match(address(FALLBACK)));
    if (fallback) return fallback;
    throw error;
  }
}

/** A new version waits until no page of the old one is open, then takes over on the next. */
async function takeOver() {
  const { waiting } = self.registration;
  if (waiting && (await self.clients.matchAll()).length < 2) waiting.postMessage("take-over");
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE.href)) return;
  if (request.mode === "navigate") event.waitUntil(takeOver());
  event.respondWith(answer(event));
});
