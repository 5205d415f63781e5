// Cook mode: one step at a time, the screen awake, timers that go on from step to step.
const room = document.getElementById("cook");
const steps = [...room.querySelectorAll(".step")];
const bench = document.getElementById("timers");
const rang = document.getElementById("rang");
const place = `aichef:timers:${room.dataset.session}`;
let running = [];

function show(number, push = true) {
  const step = steps[number - 1];
  if (!step) return;
  for (const one of steps) one.hidden = one !== step;
  room.dataset.step = number;
  document.title = document.title.replace(/^.*(?= · )/, room.dataset.title.replace("{n}", number));
  step.querySelector("h2").focus({ preventScroll: true });
  scrollTo({ top: 0 });
  if (push) {
    const here = new URL(location.href);
    here.searchParams.set("step", number);
    history.replaceState(null, "", here);
  }
}

room.addEventListener("click", (event) => {
  const to = event.target.closest("[data-to]");
  if (to && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show(Number(to.dataset.to));
  }
  const button = event.target.closest("[data-seconds]");
  if (button) start(Number(button.dataset.seconds), button.dataset.said);
});

addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, summary") || event.altKey || event.ctrlKey || event.metaKey) return;
  const now = Number(room.dataset.step);
  if (event.key === "ArrowRight") show(Math.min(now + 1, steps.length));
  if (event.key === "ArrowLeft") show(Math.max(now - 1, 1));
});

const clock = (seconds) => {
  const whole = Math.max(0, Math.ceil(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${String(Math.floor(whole / 60) % 60).padStart(hours ? 2 : 1, "0")}:${String(whole % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest}` : rest;
};

function start(seconds, said) {
  running.push({ until: Date.now() + seconds * 1000, said, rung: false });
  save();
  draw();
}

function save() {
  try { sessionStorage.setItem(place, JSON.stringify(running)); } catch { /* a private window */ }
}

function draw() {
  bench.hidden = !running.length;
  while (bench.children.length > running.length) bench.lastChild.remove();
  running.forEach((one, n) => {
    const left = (one.until - Date.now()) / 1000;
    let chip = bench.children[n];
    if (!chip) {
      chip = document.createElement("div");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "bare";
      button.textContent = room.dataset.stop;
      button.setAttribute("aria-label", `${room.dataset.stop}: ${one.said}`);
      button.addEventListener("click", () => { running.splice([...bench.children].indexOf(chip), 1); save(); draw(); });
      chip.append(document.createElement("span"), button);
      bench.append(chip);
    }
    chip.classList.toggle("up", left <= 0);
    chip.firstChild.className = "number";
    chip.firstChild.textContent = left > 0
      ? room.dataset.running.replace("{time}", clock(left))
      : room.dataset.done.replace("{time}", one.said);
    if (left <= 0 && !one.rung) {
      one.rung = true;
      save();
      rang.textContent = room.dataset.done.replace("{time}", one.said);
      ring();
    }
  });
}

function ring() {
  navigator.vibrate?.([300, 150, 300]);
  try {
    const sound = new AudioContext();
    for (const at of [0, 0.4, 0.8]) {
      const tone = sound.createOscillator();
      const loud = sound.createGain();
      tone.frequency.value = 880;
      loud.gain.setValueAtTime(0.25, sound.currentTime + at);
      loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + at + 0.35);
      tone.connect(loud).connect(sound.destination);
      tone.start(sound.currentTime + at);
      tone.stop(sound.currentTime + at + 0.4);
    }
  } catch { /* no sound here */ }
}

async function wake() {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    await navigator.wakeLock.request("screen");
    document.getElementById("awake").hidden = false;
  } catch { /* the battery is low, or it is not allowed */ }
}

for (const button of room.querySelectorAll("[data-seconds]")) button.hidden = false;
try { running = JSON.parse(sessionStorage.getItem(place) || "[]"); } catch { running = []; }
draw();
setInterval(draw, 250);
document.addEventListener("visibilitychange", wake);
wake();
