// The meal and its basket: changes without a reload, ticks that stay, share, copy, print, offline.
const BASKETS = "aichef-baskets";
const told = (text) => { document.getElementById("told").textContent = text; };

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const key = link.dataset.key;
  const meal = document.getElementById("meal");
  meal.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("meal");
    if (!fresh) throw new Error("no meal");
    const open = [...meal.querySelectorAll("details")].map((one) => one.open);
    meal.replaceWith(fresh);
    const details = fresh.querySelectorAll("details");
    if (details.length === open.length) details.forEach((one, n) => { one.open = open[n]; });
    history.replaceState(null, "", link.href);
    begin();
    (key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
    const changes = fresh.querySelector(".note.bad, .changes");
    if (changes) told(changes.textContent.trim().replace(/\s+/g, " "));
  } catch {
    location.assign(link.href);
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  if ("share" in button.dataset) {
    if (navigator.share) await navigator.share({ title: document.title, url: location.href }).catch(() => {});
    else await copy(location.href, button);
  }
  if (button.dataset.copy) await copy(document.querySelector(button.dataset.copy).value, button);
  if ("untick" in button.dataset) {
    for (const box of document.querySelectorAll("[data-ticks] [data-tick]:checked")) {
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.getElementById("list-text");
    if (!area) return;
    area.closest("details").open = true;
    area.select();
    document.execCommand("copy");
  }
  told(button.dataset.copied);
  const said = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = said; }, 1600);
}

// Ticks are kept on this device, by session and list.
const place = (list) => `aichef:ticks:${list.dataset.ticks}`;

function read(list) {
  try { return new Set(JSON.parse(localStorage.getItem(place(list)) || "[]")); } catch { return new Set(); }
}

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-ticks]");
  if (!list || !event.target.dataset.tick) return;
  const ticks = read(list);
  if (event.target.checked) ticks.add(event.target.dataset.tick);
  else ticks.delete(event.target.dataset.tick);
  try { localStorage.setItem(place(list), JSON.stringify([...ticks])); } catch { /* a private window */ }
  count();
});

function count() {
  const line = document.querySelector("[data-ticked]");
  const boxes = [...document.querySelectorAll("[data-ticks] [data-tick]")];
  if (!line || !boxes.length) return;
  line.hidden = false;
  line.textContent = line.dataset.ticked
    .replace("{done}", boxes.filter((one) => one.checked).length).replace("{all}", boxes.length);
}

// Forgetting a meal takes along what this device kept of it.
document.addEventListener("submit", (event) => {
  if (!event.target.action.includes("/forget")) return;
  const one = document.getElementById("meal").dataset.session;
  for (const key of Object.keys(localStorage)) if (key.startsWith(`aichef:ticks:${one}`)) localStorage.removeItem(key);
  globalThis.caches?.open(BASKETS).then(async (kept) => {
    for (const request of await kept.keys()) if (request.url.includes(one)) await kept.delete(request);
  });
});

async function keep() {
  if (!("serviceWorker" in navigator) || !globalThis.caches || !navigator.onLine) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/s/" });
    const kept = await caches.open(BASKETS);
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    await kept.addAll([location.href, ...files.map((one) => one.href || one.src)]);
    for (const line of document.querySelectorAll("[data-kept]")) line.hidden = false;
  } catch { /* without it the list works as long as there is a network */ }
}

// A device may think it has a network where ours is out of reach, so we are asked.
async function network() {
  const lines = document.querySelectorAll("[data-no-network]");
  if (!lines.length) return;
  const there = navigator.onLine && await fetch("/healthz", { cache: "no-store" }).then(() => true, () => false);
  for (const line of lines) line.hidden = there;
}

function begin() {
  for (const button of document.querySelectorAll("[data-print], [data-share], [data-copy], [data-untick]")) button.hidden = false;
  for (const list of document.querySelectorAll("[data-ticks]")) {
    const ticks = read(list);
    for (const box of list.querySelectorAll("[data-tick]")) box.checked = ticks.has(box.dataset.tick);
  }
  count();
  network();
  if (document.querySelector("[data-offline]")) keep();
}

addEventListener("online", network);
addEventListener("offline", network);
begin();
