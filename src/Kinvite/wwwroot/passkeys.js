// Passkeys: the question comes from the server, the device answers, and the answer goes back with the form.

const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!known) {
    form.hidden = true;
    continue;
  }
  const { credential, __RequestVerificationToken: token } = form.elements;
  const trouble = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    if (credential.value) return;
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    trouble.hidden = true;
    try {
      const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams({ [token.name]: token.value }) });
      // Refused: the form's own answer says why.
      if (!asked.ok) return form.submit();
      const question = await asked.json();
      const answer = form.dataset.passkey === "add"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
      credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      trouble.hidden = false;
    }
    form.ariaBusy = null;
  });
}

// Back from the next page: an answer is good once.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.credential.value = "";
});
