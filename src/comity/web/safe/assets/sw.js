/* Keeps the page, so that fingerprints can be made without a connection. Calls are never kept. */

const NAME = "safe-1";
const PLACES = ["app.js", "prints.js", "frames.js", "hash.js", "safe.css", "en", "fr", "ar", "zh", "ru", "es", ""];
const FILES = PLACES.map((name) => `/safe/${name}`);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !FILES.includes(address.pathname)) return;
  const answer = async () => {
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok && !leaving) await (await caches.open(NAME)).put(address.pathname, fresh.clone());
      return fresh;
    } catch {
      return (await caches.match(address.pathname)) ?? Response.error();
    }
  };
  event.respondWith(answer());
});

/* Somebody left the page in haste: what is kept goes, though the page is gone before it is done. */
let leaving = false;
self.addEventListener("message", (event) => {
  if (event.data !== "leave") return;
  leaving = true;
  const gone = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await self.registration.unregister();
  };
  event.waitUntil(gone());
});
