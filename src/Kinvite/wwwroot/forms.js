// What makes forms nicer where scripts run. Everything works without it.

document.documentElement.classList.add("scripts");

// A second tap while sending would send twice.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  form.setAttribute("aria-busy", "true");
  // After this turn: a disabled button's own value would not be sent.
  setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
});

// Many invitations take a moment: says how many are on their way.
addEventListener("submit", (event) => {
  const form = event.target;
  const typed = form.querySelector("[name=emails]:not([disabled])")?.value.match(/[^\s@<]+@/g);
  const many = Number(form.dataset.many) || (typed ? new Set(typed).size : 0);
  const line = form.querySelector(".progress");
  if (event.defaultPrevented || !line || many < 2 || form.elements.by?.value === "link") return;
  line.querySelector("span").textContent = line.dataset.text.replace("{0}", many);
  line.hidden = false;
});

// Back from the next page: the form can be used again.
addEventListener("pageshow", () => {
  document.querySelectorAll(".progress").forEach((line) => { line.hidden = true; });
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
    form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
  }
});

// How many characters are left.
for (const box of document.querySelectorAll("textarea[data-count]")) {
  const output = document.getElementById(box.dataset.count);
  const show = () => {
    output.textContent = output.dataset.text.replace("{0}", box.maxLength - box.value.length);
  };
  box.addEventListener("input", show);
  if (box.value) show();
}

// Pastes a link with one tap; a browser that says no is not asked again.
for (const field of document.querySelectorAll("input[data-paste]")) {
  const button = document.getElementById(field.dataset.paste);
  if (!navigator.clipboard?.readText) {
    button.hidden = true;
    continue;
  }
  button.addEventListener("click", async () => {
    try {
      field.value = (await navigator.clipboard.readText()).trim();
    } catch {
      button.hidden = true;
    }
    field.focus();
  });
}

// A whole code pasted with spaces around it is still the code.
for (const field of document.querySelectorAll("input.code-input")) {
  field.addEventListener("paste", (event) => {
    const digits = event.clipboardData.getData("text").replace(/\D/g, "");
    if (digits.length === 6) {
      event.preventDefault();
      field.value = digits;
    }
  });
}

// Open menus close with Escape and with a tap elsewhere.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A person has touched the page: previews and scanners never do.
const page = document.querySelector("[data-seen]:has(input[name=__RequestVerificationToken])");
if (page) {
  const signs = ["pointerdown", "keydown", "scroll"];
  const seen = () => {
    signs.forEach((s) => removeEventListener(s, seen));
    const token = page.querySelector("input[name=__RequestVerificationToken]");
    fetch(page.dataset.seen, { method: "POST", body: new URLSearchParams({ [token.name]: token.value }), keepalive: true });
  };
  signs.forEach((s) => addEventListener(s, seen, { passive: true }));
}

// A password can be looked at while it is typed.
for (const field of document.querySelectorAll("input[data-show]")) {
  const button = document.createElement("button");
  const show = (plain) => {
    field.type = plain ? "text" : "password";
    button.textContent = plain ? field.dataset.hide : field.dataset.show;
  };
  button.type = "button";
  button.className = "link-button";
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
  field.after(button);
  show(false);
}
