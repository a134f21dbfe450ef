// Tries an operation of the management API from its form. The API token is read from its field and not stored.
"use strict";

function readForm(form) {
  const request = { path: form.dataset.path, headers: {}, body: null };
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("[data-place]")) {
    const { place } = field.dataset;
    const value = place === "body" ? field.value : field.value.trim();
    if (place === "path") request.path = request.path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (field.multiple) for (const option of field.selectedOptions) query.append(field.name, option.value);
    else if (place === "query") query.append(field.name, value);
    else if (place === "header") request.headers[field.name] = value;
    else request.body = value;
  }
  const text = query.toString();
  if (text) request.path += `?${text}`;
  if (request.body !== null) request.headers["Content-Type"] = form.dataset.mediaType;
  return request;
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
// The page is at manage/docs, possibly below the path of a public URL; paths of operations begin at its parent.
const addressOf = (request) => new URL(`..${request.path}`, location.href).href;

function writeCurl(form, request) {
  const parts = ["curl", "-X", form.dataset.method, quote(addressOf(request))];
  if (form.dataset.open === "no") parts.push("-H", '"Authorization: Bearer $TRIGPOINT_API_TOKEN"');
  for (const [name, value] of Object.entries(request.headers)) parts.push("-H", quote(`${name}: ${value}`));
  if (request.body !== null) parts.push("--data", quote(request.body));
  return parts.join(" ");
}

function showAnswer(place, title, failed, text) {
  const heading = document.createElement("strong");
  heading.textContent = title;
  heading.className = failed ? "failed" : "";
  const body = document.createElement("pre");
  body.tabIndex = 0;
  body.textContent = text;
  place.replaceChildren(heading, body);
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function tryOperation(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const place = form.querySelector(".answer");
  const curl = form.querySelector(".curl");
  const button = form.querySelector("button");
  const request = readForm(form);
  curl.textContent = writeCurl(form, request);
  curl.hidden = false;
  const token = document.getElementById("token").value.trim();
  if (form.dataset.open === "no" && token) request.headers.Authorization = `Bearer ${token}`;
  button.disabled = true;
  try {
    const options = { method: form.dataset.method, headers: request.headers, body: request.body, credentials: "omit", cache: "no-store" };
    const answer = await fetch(addressOf(request), options);
    const fields = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const text = await answer.text();
    showAnswer(place, `${answer.status} ${answer.statusText}`, !answer.ok, `${fields}\n\n${indented(text)}`);
  } catch (error) {
    showAnswer(place, "No response", true, String(error));
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-method]")) {
  form.addEventListener("submit", tryOperation);
  form.querySelector("button").disabled = false;
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.querySelector("details")?.setAttribute("open", "");
}
addEventListener("hashchange", openTarget);
openTarget();
