// What this device keeps of ours: the last answers, a draft, ticks, timers and opened lists.
export const BASKETS = "aichef-baskets";
const MOST_PAGES = 12;
const MOST_FILES = 24;
// As long as a meal is kept where it was made.
const LONGEST = 7 * 24 * 3600 * 1000;

export function kept(store, key) {
  try {
    return JSON.parse(store.getItem(key) || "null");
  } catch {
    return null;
  }
}

export function keep(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full stores: then nothing is remembered.
  }
}

function remove(ours) {
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) if (ours(key, store)) store.removeItem(key);
  }
}

export async function forgetAll() {
  remove((key) => key.startsWith("aichef"));
  await globalThis.caches?.delete(BASKETS);
}

export async function forgetMeal(one) {
  remove((key) => key.startsWith("aichef") && key.includes(one));
  const lists = await globalThis.caches?.open(BASKETS);
  for (const request of await lists?.keys() ?? []) if (request.url.includes(one)) await lists.delete(request);
}

export async function keepPage(page, files) {
  await (await caches.open(BASKETS)).addAll([page, ...files]);
  await prune();
}

// Away with ticks and lists that are old or too many. What is put again stands last.
export async function prune() {
  const since = Date.now() - LONGEST;
  remove((key, store) => key.startsWith("aichef:ticks:") && !(kept(store, key)?.at > since));
  if (!await globalThis.caches?.has(BASKETS)) return;
  const lists = await caches.open(BASKETS);
  const all = await lists.keys();
  const isFile = (one) => new URL(one.url).pathname.startsWith("/static/");
  const away = all.filter(isFile).slice(0, -MOST_FILES);
  const pages = [];
  for (const page of all.filter((one) => !isFile(one))) {
    const made = Date.parse((await lists.match(page))?.headers.get("date"));
    (made < since ? away : pages).push(page);
  }
  away.push(...pages.slice(0, -MOST_PAGES));
  for (const one of away) await lists.delete(one);
}
