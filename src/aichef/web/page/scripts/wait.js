// Follows a session by its events and shows what has come; at its end the page is read anew.
const wait = document.getElementById("wait");
const texts = JSON.parse(document.getElementById("texts").textContent);
const lang = document.documentElement.lang;
const money = new Intl.NumberFormat(lang);
const by = (id) => document.getElementById(id);
const began = Date.now() - Number(wait.dataset.elapsed) * 1000;
let last = Number(wait.dataset.last);
let percent = by("bar").value;
let ended = false;
let failures = 0;

function end() {
  if (ended) return;
  ended = true;
  location.reload();
}
function phase(body) {
  if (body.progress >= percent) {
    percent = body.progress;
    by("bar").value = percent;
    by("percent").textContent = `${percent}%`;
  }
  const said = texts.phases[body.phase];
  if (said && by("phase").textContent !== said) by("phase").textContent = said;
  const now = texts.steps[body.phase];
  for (const step of document.querySelectorAll("[data-step]")) {
    step.className = step.dataset.step < now ? "done" : Number(step.dataset.step) === now ? "now" : "";
  }
}
function line(name) {
  const items = [...by("arriving").children];
  return items.find((one) => one.dataset.name === name);
}
function ingredient(body) {
  by("so-far").hidden = false;
  let item = line(body.name);
  if (!item) {
    item = document.createElement("li");
    item.dataset.name = body.name;
    const price = document.createElement("span");
    price.className = "number price";
    item.append(document.createElement("span"), " ", price);
    by("arriving").append(item);
  }
  const amount = document.createElement("span");
  amount.className = "soft";
  amount.textContent = `${body.amount ?? ""}${body.unit ?? ""}`;
  item.firstElementChild.replaceChildren(`${body.name} `, amount);
}
function price(body) {
  const item = line(body.ingredient);
  if (!item || !body.price) return;
  const won = texts.won.replace("{won}", money.format(body.price.price));
  item.querySelector(".price").textContent =
    texts.price.replace("{won}", won).replace("{pack}", body.price.pack ?? "").trim();
}
function recipe(body) {
  by("dish").textContent = body.recipeName;
  const names = new Set(body.ingredients.map((one) => one.name));
  for (const item of [...by("arriving").children]) if (!names.has(item.dataset.name)) item.remove();
  body.ingredients.forEach(ingredient);
}
const heard = { phase, ingredient, price, recipe, result: end, failed: end, cancelled: end };

let source = null;
function follow() {
  source?.close();
  source = new EventSource(`/v1/sessions/${wait.dataset.id}/events?lastEventId=${last}`);
  source.onopen = () => {
    failures = 0;
    by("lost").hidden = true;
  };
  for (const [kind, act] of Object.entries(heard)) {
    source.addEventListener(kind, (event) => {
      last = Number(event.lastEventId) || last;
      act(JSON.parse(event.data));
    });
  }
  source.onerror = () => {
    if (ended) return;
    failures += 1;
    by("lost").hidden = failures < 2 && source.readyState !== EventSource.CLOSED;
    source.close();
    setTimeout(look, Math.min(1000 * 2 ** failures, 5000));
  };
}
async function look() {
  // A stream that cannot be opened: has it ended, is it gone, or are we offline?
  try {
    const answer = await fetch(`/v1/sessions/${wait.dataset.id}`);
    if (answer.status === 404 || answer.status === 401) return end();
    if (answer.ok && (await answer.json()).status !== "processing") return end();
  } catch {
    by("lost").hidden = false;
  }
  if (!ended) follow();
}
addEventListener("online", () => !ended && look());
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && look());

setInterval(() => {
  const seconds = Math.max(0, Math.round((Date.now() - began) / 1000));
  by("elapsed").textContent = texts.elapsed.replace("{seconds}", seconds);
  by("slow").hidden = seconds <= Number(wait.dataset.expected);
}, 1000);
follow();
