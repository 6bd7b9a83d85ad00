// The service worker is switched off: the one a reader may have goes, with what it kept.
const PREFIX = `portal:${new URL("./", location.href).pathname}:`;

async function forget() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) await caches.delete(name);
  }
}

async function leave() {
  await forget();
  await self.registration.unregister();
  await forget(); // what the one before was still writing
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));
