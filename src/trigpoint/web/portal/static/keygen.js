// Generates a key pair in the page (WebCrypto). Only the public key and a proof of possession are sent to the server.
"use strict";

const form = document.querySelector("form[data-generate]");
const button = document.getElementById("generate");
const wrong = document.getElementById("generation-wrong");

function toBase64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

function toPem(label, bytes) {
  return `-----BEGIN ${label}-----\n${toBase64(bytes).match(/.{1,64}/g).join("\n")}\n-----END ${label}-----`;
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/pkcs8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function tell(text) {
  wrong.textContent = text;
  wrong.hidden = false;
  button.disabled = false;
}

async function generate() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const fields = new URLSearchParams(new FormData(form));
  const challenge = new TextEncoder().encode(fields.get("challenge"));
  const proof = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, challenge);
  fields.set("public_key", toPem("PUBLIC KEY", await crypto.subtle.exportKey("spki", pair.publicKey)));
  fields.set("proof", toBase64(proof));
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { accept: "application/json" } });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  // The private key is exported only now, and only into the file.
  const pem = toPem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  save(pem, found.fileName);
  document.getElementById("generation-file").textContent = found.fileName;
  document.getElementById("generation-next").href = document.documentElement.dataset.root.slice(0, -1) + found.next;
  document.getElementById("generation-again").addEventListener("click", () => save(pem, found.fileName));
  document.getElementById("generation-done").hidden = false;
  document.getElementById("review-actions").hidden = true;
}

if (form && globalThis.crypto?.subtle) {
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    event.stopPropagation();
    button.disabled = true;
    wrong.hidden = true;
    generate().catch((error) => tell(error.message || "The browser could not generate a key pair."));
  }, true);
} else if (form) {
  tell("Browsers generate keys only on https or localhost. Open the portal there, or choose another way.");
  button.disabled = true;
}
