// The number pad of a shared tablet: large keys for small fingers. Without it the field takes the digits.

for (const pad of document.querySelectorAll("[data-pad]")) {
  const field = document.getElementById(pad.dataset.pad);
  // The tablet's own keyboard would cover these keys.
  field.inputMode = "none";
  pad.addEventListener("click", ({ target }) => {
    const key = target.closest("button");
    if (!key) return;
    field.value = "digit" in key.dataset ? (field.value + key.dataset.digit).slice(0, field.maxLength) : field.value.slice(0, -1);
    if (field.value.length === field.maxLength && "digit" in key.dataset) field.form.requestSubmit();
  });
}
