// The meal and its basket: changes without a reload, ticks that stay, share, copy, print, offline.
import { forgetMeal, keep, keepPage, kept } from "./device.js";

const byKey = (key) => document.querySelector(`#meal [data-key="${CSS.escape(key)}"]`);
const told = (text) => { document.getElementById("told").textContent = text; };

// --- changes: one after another, each from the page that the one before it made ---
const tapped = [];

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  document.getElementById("unchanged").hidden = true;
  tapped.push(link.dataset.key);
  if (tapped.length === 1) change();
});

async function change() {
  while (tapped.length) {
    const link = byKey(tapped[0]);
    if (link && !await follow(link)) tapped.length = 0;
    tapped.shift();
  }
}

// Whether the next change may go on from here.
async function follow(link) {
  document.getElementById("meal").setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  } catch {
    document.getElementById("meal").removeAttribute("aria-busy");
    network();
    document.getElementById("unchanged").hidden = false;
    return false;
  }
  const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
  if (!page.getElementById("meal")) {
    location.assign(link.href);
    return false;
  }
  show(page, link);
  return true;
}

function show(page, link) {
  const meal = document.getElementById("meal");
  const fresh = page.getElementById("meal");
  const active = document.activeElement;
  const from = meal.contains(active) ? active : active === document.body ? link : null;
  const key = from?.dataset.key ?? link.dataset.key;
  const top = (byKey(key) ?? link).getBoundingClientRect().top;
  const head = link.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
  const open = [...meal.querySelectorAll("details")].map((one) => one.open);
  meal.replaceWith(fresh);
  const details = fresh.querySelectorAll("details");
  if (details.length === open.length) details.forEach((one, n) => { one.open = open[n]; });
  renew(page);
  history.replaceState(null, "", link.href);
  begin();
  if (from) focus(key, top, head);
  told(fresh.querySelector(".changes")?.textContent.trim().replace(/\s+/g, " ") ?? "");
}

// What stands outside of the meal and tells of it: its title, the other language, its data.
function renew(page) {
  document.title = page.title;
  for (const one of ["a[hreflang]", "link[rel=alternate]", "script[type='application/ld+json']"]) {
    const now = document.querySelector(one);
    const next = page.querySelector(one);
    if (now && next) now.replaceWith(next);
  }
}

// To the same control, and where it was; or to what has taken its place.
function focus(key, top, head) {
  const [kind, food] = key.split("-");
  const same = byKey(key)
    ?? (kind === "pick" && byKey(`home-${food}`)?.closest("li").querySelector("summary"))
    ?? null;
  const place = same || (kind === "plan" && document.querySelector("#meal .now h3"))
    || (head && document.getElementById(head)) || document.querySelector("#meal h1");
  if (!place.matches("a, summary")) place.tabIndex = -1;
  place.focus({ preventScroll: Boolean(same) });
  if (same) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
}

// --- share, copy, print ---
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

// Not every browser can show with a style sheet what is folded away.
const folded = () => document.querySelectorAll(".open-in-print:not([open])");
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...folded()];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });

// --- ticks are kept on this device, by session and list ---
const place = (list) => `aichef:ticks:${list.dataset.ticks}`;
const read = (list) => new Set(kept(localStorage, place(list))?.ticks);

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-ticks]");
  if (!list || !event.target.dataset.tick) return;
  const ticks = read(list);
  if (event.target.checked) ticks.add(event.target.dataset.tick);
  else ticks.delete(event.target.dataset.tick);
  keep(localStorage, place(list), { at: Date.now(), ticks: [...ticks] });
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
  if (event.target.action.includes("/forget")) forgetMeal(document.getElementById("meal").dataset.session);
});

// --- offline ---
async function keepHere() {
  if (!("serviceWorker" in navigator) || !globalThis.caches || !navigator.onLine) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/s/" });
    const linked = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((one) => one.href);
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    const files = new Set([...linked, ...loaded].filter((one) => new URL(one).pathname.startsWith("/static/")));
    await keepPage(location.href.split("#")[0], [...files]);
    for (const line of document.querySelectorAll("[data-kept]")) line.hidden = false;
  } catch { /* without it the list works as long as there is a network */ }
}

// A device may think it has a network where ours is out of reach, so we are asked.
async function network() {
  const lines = document.querySelectorAll("[data-no-network]");
  if (!lines.length) return;
  const there = navigator.onLine && await fetch("/healthz", { cache: "no-store" }).then(() => true, () => false);
  for (const line of lines) line.hidden = there || (line.dataset.noNetwork === "instead") !== (location.hash === "#instead");
}

function begin() {
  for (const button of document.querySelectorAll("[data-print], [data-share], [data-copy], [data-untick]")) button.hidden = false;
  for (const list of document.querySelectorAll("[data-ticks]")) {
    const ticks = read(list);
    for (const box of list.querySelectorAll("[data-tick]")) box.checked = ticks.has(box.dataset.tick);
  }
  count();
  network();
  if (document.querySelector("[data-offline]")) keepHere();
}

addEventListener("online", network);
addEventListener("offline", network);
begin();
