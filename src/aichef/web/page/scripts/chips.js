// A field of words parted by commas as chips; what is sent stays that one text.
const PARTS = /[,，、;\n]+(?![^()]*\))/;
const NOTE = /\s*\(([^()]*)\)$/;

export function chips(field, texts) {
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = field.name;
  field.removeAttribute("name");
  const box = document.createElement("div");
  box.className = "chips-field";
  const list = document.createElement("ul");
  field.replaceWith(box);
  box.append(list, field, sent);
  const must = field.dataset.must;
  let words = [];

  function read(text) {
    return text.split(PARTS).map((one) => one.trim()).filter(Boolean);
  }
  function button(label, text, act) {
    const one = document.createElement("button");
    one.type = "button";
    one.setAttribute("aria-label", label);
    one.textContent = text;
    one.addEventListener("click", act);
    return one;
  }
  function draw() {
    sent.value = words.join(", ");
    list.replaceChildren(...words.map((word, at) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = word;
      item.append(name);
      if (must) {
        const on = isMust(word);
        const star = button(texts.must_on.replace("{name}", word), must, () => {
          words[at] = toggled(word);
          changed();
          list.children[at].querySelector("button").focus();
        });
        star.setAttribute("aria-pressed", String(on));
        item.append(star);
      }
      item.append(button(texts.remove.replace("{name}", word), "✕", () => {
        words.splice(at, 1);
        changed();
        field.focus();
      }));
      return item;
    }));
  }
  function isMust(word) {
    return (NOTE.exec(word)?.[1] || "").split(/,\s*/).includes(must);
  }
  function toggled(word) {
    const notes = (NOTE.exec(word)?.[1] || "").split(/,\s*/).filter(Boolean);
    const rest = isMust(word) ? notes.filter((one) => one !== must) : [...notes, must];
    return word.replace(NOTE, "") + (rest.length ? ` (${rest.join(", ")})` : "");
  }
  function changed() {
    draw();
    sent.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function take() {
    const more = read(field.value).filter((one) => !words.includes(one));
    field.value = "";
    if (more.length) {
      words.push(...more);
      changed();
    }
  }
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      // Never sends the form: one comma too many would do it by surprise.
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !field.value && words.length) {
      words.pop();
      changed();
    }
  });
  field.addEventListener("input", (event) => {
    const whole = event.inputType === "insertReplacementText" || event.inputType === undefined;
    if (!event.isComposing && (PARTS.test(field.value) || (!must && whole && suggested()))) take();
  });
  field.addEventListener("change", take);

  function suggested() {
    return [...(field.list?.options || [])].some((one) => one.value === field.value);
  }
  if (field.dataset.chips === "foods") suggest(field);
  function filled() {
    // A form that was reset or filled wrote into the visible field; its words become chips.
    words = read(field.value);
    field.value = "";
    draw();
  }
  filled();
  field.form.addEventListener("filled", filled);
  return { take };
}

function suggest(field) {
  const options = document.createElement("datalist");
  options.id = `${field.id}-foods`;
  field.after(options);
  field.setAttribute("list", options.id);
  let later = 0;
  field.addEventListener("input", () => {
    clearTimeout(later);
    const word = field.value.trim();
    if (!word) return;
    later = setTimeout(async () => {
      try {
        const answer = await fetch(`/foods?q=${encodeURIComponent(word)}&lang=${document.documentElement.lang}`);
        if (!answer.ok) return;
        const { foods } = await answer.json();
        options.replaceChildren(...foods.map((name) => Object.assign(document.createElement("option"), { value: name })));
      } catch {
        // Without suggestions one still types.
      }
    }, 120);
  });
}
