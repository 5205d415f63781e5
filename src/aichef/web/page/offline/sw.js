// Keeps the shopping lists that were opened (meal.js puts them there): first the network, then
// what was kept. Nothing else is touched.
const KEPT = "aichef-baskets";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(exactly(request).then((found) => found || fetch(request)));
  } else if (request.mode === "navigate" && /^\/s\/[a-z0-9_]+\/basket$/.test(url.pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function exactly(request) {
  return (await caches.open(KEPT)).match(request, { ignoreVary: true });
}

// That list, or else the one of the same meal that was kept last, under its own address.
async function kept(request) {
  const found = await exactly(request);
  if (found) return found;
  const others = await (await caches.open(KEPT)).keys(request, { ignoreVary: true, ignoreSearch: true });
  return others.length ? Response.redirect(`${others.at(-1).url}#instead`) : Response.error();
}
