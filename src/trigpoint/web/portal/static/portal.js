// Enhancements of the portal's pages, which work without them: local times, copying, protection from double clicks.
"use strict";

document.documentElement.classList.add("scripted");

const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

// In a narrow column, a time may break between date and hour only.
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const parts = zoned.formatToParts(new Date(time.dateTime));
    const hour = parts.findIndex(({ type }) => type === "hour");
    time.replaceChildren(unbroken(parts.slice(0, hour - 1)), parts[hour - 1].value, unbroken(parts.slice(hour)));
    time.dataset.local = "yes";
  }
}

function unbroken(parts) {
  const words = document.createElement("span");
  words.textContent = parts.map(({ value }) => value).join("");
  return words;
}

function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button.copy[hidden]")) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }
}

// A second click on Register or Download must not submit the form again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once], [data-download]") || event.submitter?.name === "test") return;
  if (form.dataset.sent && !event.submitter?.formAction.endsWith("/review") && !event.submitter?.formAction.endsWith("/new")) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (form.matches("[data-download]")) {
    setTimeout(() => {
      const button = form.querySelector("button");
      button.disabled = true;
      button.textContent = "Downloaded";
    }, 100);
  }
});

// Forms of a page from the back/forward cache may be submitted again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// Menus close on a click elsewhere, and on Escape.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

localise(document);
offerCopies(document);
document.body.addEventListener("htmx:afterSettle", (event) => { localise(event.target); offerCopies(event.target); });
