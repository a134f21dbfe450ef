// Passkeys (WebAuthn): sign in, second factor, confirm the identity, add a passkey.
"use strict";

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function formToken() {
  return document.querySelector('meta[name="form-token"]').content;
}

// The path of the portal's public URL, without a slash at its end.
const root = document.documentElement.dataset.root.slice(0, -1);

async function send(path, fields, method = "POST") {
  const headers = { accept: "application/json", "x-form-token": formToken() };
  const body = method === "POST" ? new URLSearchParams(fields || {}) : undefined;
  const answer = await fetch(root + path, { method, body, headers });
  const found = await answer.json().catch(() => ({ error: `The response of the server was invalid (status ${answer.status}). Reload the page.` }));
  if (!answer.ok) throw new Error(found.error);
  return found;
}

function readCreation(options) {
  options.challenge = toBytes(options.challenge);
  options.user.id = toBytes(options.user.id);
  options.excludeCredentials = (options.excludeCredentials || []).map((one) => ({ ...one, id: toBytes(one.id) }));
  return options;
}

function readRequest(options) {
  options.challenge = toBytes(options.challenge);
  options.allowCredentials = (options.allowCredentials || []).map((one) => ({ ...one, id: toBytes(one.id) }));
  return options;
}

function write(credential) {
  const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function ask(options) {
  return write(await navigator.credentials.get({ publicKey: readRequest(options) }));
}

const WAYS = {
  async "sign-in"(place) {
    const credential = await ask(await send("/passkeys/options"));
    await send("/passkeys/sign-in", { credential, purpose: "sign_in" });
    location.assign(place.dataset.next || `${root}/`);
  },
  async "second-factor"(place) {
    const credential = await ask(JSON.parse(place.dataset.options));
    await send("/passkeys/sign-in", { credential, purpose: "second_factor" });
    location.assign(place.dataset.next || `${root}/`);
  },
  async proof(place) {
    await send("/passkeys/prove", { credential: await ask(await send("/passkeys/proof-options")) });
    const form = document.getElementById(place.dataset.form);
    for (const input of form.querySelectorAll("input[type=password]")) input.remove();
    form.submit();
  },
  async add() {
    const options = readCreation(await send("/account/passkeys/options", null, "GET"));
    const credential = write(await navigator.credentials.create({ publicKey: options }));
    await send("/account/passkeys", { credential, name: document.getElementById("passkey-name").value });
    location.assign(root + "/account?notice=passkey");
  },
};

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!globalThis.PublicKeyCredential) continue;
  place.hidden = false;
  const button = place.querySelector("button");
  const wrong = place.querySelector(".wrong[role=alert]");
  button.addEventListener("click", async () => {
    wrong.hidden = true;
    button.disabled = true;
    try {
      await WAYS[place.dataset.passkey](place);
    } catch (error) {
      wrong.textContent = error.name === "NotAllowedError" ? "The passkey was not confirmed. Try again." : error.message;
      wrong.hidden = false;
    }
    button.disabled = false;
  });
}
