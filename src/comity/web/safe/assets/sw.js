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
    const kept = await caches.open(NAME);
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok) await kept.put(address.pathname, fresh.clone());
      return fresh;
    } catch {
      return (await kept.match(address.pathname)) ?? Response.error();
    }
  };
  event.respondWith(answer());
});
