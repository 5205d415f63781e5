// The form: nothing typed is lost, what is wrong is said at its field, last time is remembered.
import { fill, entries } from "./form.js";
import { chips } from "./chips.js";
import { forgetAll, keep, kept, prune } from "./device.js";

const form = document.getElementById("ask");
const texts = JSON.parse(document.getElementById("texts").textContent);
const remembered = document.getElementById("remembered");
const said = document.getElementById("said");
const LAST = "aichef.profile";
const NOT_KEPT = new Set(["sessionId", "seed", "locale", "note", "availableIngredients", "babyAgeMonths"]);
const WAITS = new Set(["target", "babyAgeMonths", "medications", "availableIngredients"]);
const touched = new Set();

prune();

// A draft belongs to its address, whatever the language.
const from = new URLSearchParams(location.search).get("from");
const DRAFT = `aichef.draft${from ? `:${from}` : ""}`;
const COMING_BACK = "aichef.coming-back";

// --- what was there before ---
const draftBefore = kept(sessionStorage, DRAFT);
const cameBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate" || kept(sessionStorage, COMING_BACK);
sessionStorage.removeItem(COMING_BACK);
if (form.dataset.filled === "0") {
  const last = kept(localStorage, LAST);
  if (draftBefore || last) fill(form, draftBefore || last);
  if (last) remembered.hidden = false;
} else if (draftBefore && cameBack) {
  // What the server put in was changed since; a link to it opens it afresh.
  fill(form, draftBefore);
}
document.querySelector("a[hreflang]").addEventListener("click", () => {
  draft();
  keep(sessionStorage, COMING_BACK, true);
});

document.getElementById("forget").addEventListener("click", async () => {
  await forgetAll();
  remembered.hidden = true;
  form.reset();
  form.dispatchEvent(new Event("filled"));
  said.textContent = texts.forgotten;
  form.querySelector("[name=target]").focus();
});

const lists = [...form.querySelectorAll("[data-chips]")].map((input) => chips(input, texts));

function draft() {
  keep(sessionStorage, DRAFT, entries(form));
}
form.addEventListener("input", draft);
form.addEventListener("change", draft);
let checked = false;
const send = form.querySelector("button.main");
form.addEventListener("submit", async (event) => {
  lists.forEach((list) => list.take());
  draft();
  if (!checked) {
    // What is wrong is said here, so that no page of errors comes to stand in the history.
    event.preventDefault();
    busy(true);
    for (const place of form.querySelectorAll("[data-trouble]")) touched.add(place.dataset.trouble);
    const wrong = await check();
    busy(false);
    if (wrong && point(wrong)) return;
    checked = true;
    form.requestSubmit();
    return;
  }
  busy(true);
  if (document.getElementById("remember").checked) {
    keep(localStorage, LAST, entries(form).filter(([name]) => !NOT_KEPT.has(name)));
  } else {
    localStorage.removeItem(LAST);
  }
});
function busy(on) {
  send.dataset.said ||= send.textContent;
  send.textContent = on ? texts.sending : send.dataset.said;
  send.setAttribute("aria-busy", String(on));
}
addEventListener("pageshow", () => {
  checked = false;
  busy(false);
});

// --- the picture of the texture, the stepper, the slider, ready answers ---
const months = form.elements.babyAgeMonths;
function texture() {
  const number = /^\s*(\d{1,2})(\.\d+)?\s*(개월|months?|m)?\s*$/i.exec(months.value);
  for (const one of document.querySelectorAll("#textures li")) {
    const last = one.nextElementSibling ? Number(one.dataset.last) : 60;
    const here = number && number[1] >= Number(one.dataset.first) && number[1] <= last;
    one.classList.toggle("now", Boolean(here));
    if (here) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
}
const budget = form.elements.budget;
const slider = form.querySelector("[type=range]");
function slide() {
  const won = Number(budget.value.replace(/[,\s원]/g, ""));
  if (won) slider.value = won;
}
function put(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-of]");
  if (!button) return;
  const input = form.elements[button.dataset.of];
  if (button.dataset.put) return put(input, button.dataset.put);
  const now = Number.parseInt(input.value, 10) || 2;
  put(input, Math.min(20, Math.max(1, now + Number(button.dataset.step))));
});
slider.addEventListener("input", () => put(budget, Number(slider.value).toLocaleString("en")));
budget.addEventListener("input", (event) => event.isTrusted && slide());
months.addEventListener("input", texture);
form.addEventListener("filled", () => { texture(); slide(); });
texture();
slide();

// --- what is wrong, before it is sent ---
let asking = null;
let later = 0;
async function check() {
  asking?.abort();
  clearTimeout(later);
  asking = new AbortController();
  try {
    const answer = await fetch("/check", {
      method: "POST",
      body: new URLSearchParams(entries(form)),
      signal: asking.signal,
    });
    if (!answer.ok) return null;
    const { troubles } = await answer.json();
    say(troubles);
    return troubles;
  } catch {
    // Offline, or another check is on its way: it is said when the form is sent.
    return null;
  }
}
function point(troubles) {
  const shown = [...form.querySelectorAll("[data-trouble]:not([hidden])")];
  if (!troubles.length || shown.length < troubles.length) return false;
  const field = shown[0].closest("[data-field]");
  for (let one = field; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  field.querySelector("input:not([type=hidden], [type=range])")?.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
  return true;
}
function say(troubles) {
  const by = new Map(troubles.map((one) => [one.field, one.message]));
  for (const place of form.querySelectorAll("[data-trouble]")) {
    const name = place.dataset.trouble;
    const message = WAITS.has(name) && !touched.has(name) ? "" : by.get(name);
    if (place.textContent !== (message || "")) place.textContent = message || "";
    place.hidden = !message;
    const field = form.querySelector(`[data-field="${name}"] :is(input[aria-describedby])`);
    field?.removeAttribute("aria-invalid");
    if (message) field?.setAttribute("aria-invalid", "true");
  }
}
form.addEventListener("change", (event) => {
  const field = event.target.closest("[data-field]");
  if (field) touched.add(field.dataset.field);
  clearTimeout(later);
  later = setTimeout(() => form.querySelector("[name=target]:checked") && check(), 350);
});
