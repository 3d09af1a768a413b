// Handing a link over: copy, the device's share sheet, a QR code to show, a card to print. Only on pages that have a link to give.

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), 2500);
    } catch {
      // Not allowed: the link is selected, ready for the device's own copy.
      source.focus();
      source.select?.();
    }
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  const url = document.getElementById(button.dataset.share)?.value;
  const data = { title: button.dataset.title, url };
  if (!url || !navigator.canShare?.(data)) {
    button.hidden = true;
    continue;
  }
  button.addEventListener("click", () => navigator.share(data).catch(() => {}));
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

for (const button of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(button.dataset.dialog);
  button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
