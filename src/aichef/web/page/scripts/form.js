// A form as pairs of name and value, and back.
export function entries(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
}

export function fill(form, pairs) {
  const given = new Map();
  for (const [name, value] of pairs) given.set(name, [...(given.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    const values = given.get(field.name) || [];
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.type === "checkbox" || values.length) field.checked = values.includes(field.value);
    } else if (values.length) {
      field.value = values[0];
    }
  }
  for (const one of form.querySelectorAll("details")) {
    if (one.querySelector("input:checked:not([type=radio])")) one.open = true;
  }
  form.dispatchEvent(new Event("filled"));
}
