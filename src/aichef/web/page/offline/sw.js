// Keeps the shopping lists that were opened (page.js puts them there): first the network, then
// what was kept. Nothing else is touched.
const KEPT = "aichef-baskets";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(kept(request).then((found) => found || fetch(request)));
  } else if (/^\/s\/[a-z0-9_]+\/basket$/.test(url.pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request, true).then((found) => found || Response.error())));
  }
});

async function kept(request, anyQuery = false) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request, { ignoreVary: true });
  return found || (anyQuery ? cache.match(request, { ignoreVary: true, ignoreSearch: true }) : undefined);
}
