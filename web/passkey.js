"use strict";
// Asks the browser for a passkey when a form that wants one is sent, and sends the answer with the form.
// Nothing else is done here: no request, no storage.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (kind, options) => {
    const wanted = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (kind === "create") {
      wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
      wanted.excludeCredentials = named(wanted.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey: wanted });
      return {
        id: made.id,
        rawId: text(made.rawId),
        type: made.type,
        response: {
          attestationObject: text(made.response.attestationObject),
          clientDataJSON: text(made.response.clientDataJSON),
        },
      };
    }
    wanted.allowCredentials = named(wanted.allowCredentials);
    const found = await navigator.credentials.get({ publicKey: wanted });
    return {
      id: found.id,
      rawId: text(found.rawId),
      type: found.type,
      response: {
        authenticatorData: text(found.response.authenticatorData),
        clientDataJSON: text(found.response.clientDataJSON),
        signature: text(found.response.signature),
        userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
      },
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector(".fault");
      said.hidden = true;
      try {
        const answer = await ask(form.dataset.passkey, JSON.parse(form.dataset.options));
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      } catch {
        said.hidden = false;
        said.focus();
      }
    });
  }
})();
