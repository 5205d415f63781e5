// A form as pairs of name and value, and back.
export function entries(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
}

export function fill(form, pairs) {
  const given = new Map();
  for (const [name, value] of pairs) given.set(name, [...(given.get(name) || []), value]);
  unboxed(form, given);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    // Nothing was said where there is no pair: the field is empty, the choice is "any" if it may be.
    const values = given.get(field.name) || [];
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.type === "radio") field.checked = values.length ? values.includes(field.value) : field.checked || !field.value;
    else field.value = values[0] ?? "";
  }
  for (const one of form.querySelectorAll("details")) {
    if (one.querySelector("input:checked:not([type=radio])")) one.open = true;
  }
  form.dispatchEvent(new Event("filled"));
}

// A word that has no box goes to the free words beside them: an allergy must not get lost.
function unboxed(form, given) {
  for (const more of form.querySelectorAll("input[name$=More]")) {
    const name = more.name.slice(0, -"More".length);
    const boxes = new Set([...form.querySelectorAll(`input[name="${name}"]`)].map((one) => one.value));
    const rest = (given.get(name) || []).filter((one) => !boxes.has(one));
    if (rest.length) given.set(more.name, [[...(given.get(more.name) || []), ...rest].join(", ")]);
  }
}
