// The page Try it: the services of mapkit.js, and every request with its response beside the map.
"use strict";

const place = document.getElementById("try");
const told = document.getElementById("try-told");
const found = document.getElementById("try-found");
const why = document.getElementById("try-why");
const query = document.getElementById("try-q");
const rows = document.getElementById("try-rows");
const calls = document.getElementById("try-calls");
const MOST_CALLS = 8;
const MOST_TEXT = 20_000;

// Every call of /v1 is shown. The copied command has $TOKEN instead of the token.
const ask = window.fetch.bind(window);
window.fetch = async (...request) => {
  const url = new URL(request[0]?.url ?? request[0], location.href);
  const begun = performance.now();
  const answer = await ask(...request);
  if (url.pathname.startsWith(`${document.documentElement.dataset.root}v1/`)) {
    const took = Math.round(performance.now() - begun);
    answer.clone().text().then(text => showCall(url, answer.status, took, text), () => undefined);
  }
  return answer;
};

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function pretty(text) {
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // A response that is not JSON is shown unchanged.
  }
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}\n… ${text.length - MOST_TEXT} more characters` : text;
}

function showCall(url, status, took, text) {
  document.getElementById("try-none")?.remove();
  const quoted = url.href.replaceAll("'", "'\\''");
  const command = `curl -H "Authorization: Bearer $TOKEN" '${quoted}'`;
  const copy = make("button", { type: "button", class: "copy" }, "Copy as curl");
  copy.hidden = !navigator.clipboard; // plain HTTP from another machine has no clipboard
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command);
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy as curl"), 1500);
  });
  const parameters = [...url.searchParams].map(([name, value]) => `${name}=${value}`).join("  ");
  const summary = make(
    "summary", {},
    make("span", { class: status < 400 ? "state active" : "state failed" }, String(status)),
    make("span", { class: "code" }, ` GET ${url.pathname} `),
    make("small", {}, `${parameters} · ${took} ms`),
  );
  const body = make("pre", { tabindex: "0", "aria-label": "Response" }, pretty(text));
  const one = make("details", { class: "try-call" }, summary, make("p", { class: "try-command" }, make("code", {}, command), copy), body);
  for (const other of calls.children) other.open = false;
  one.open = true;
  calls.prepend(one);
  while (calls.children.length > MOST_CALLS) calls.lastChild.remove();
}

function say(sentence) {
  told.textContent = sentence;
}

mapkit.addEventListener("error", ({ message }) => say(message));
mapkit.init({ authorizationCallback: done => done(place.dataset.token), language: document.documentElement.lang });

const dark = matchMedia("(prefers-color-scheme: dark)");
const box = place.dataset.box?.split(",").map(Number);
const map = new mapkit.Map("try-map", {
  colorScheme: dark.matches ? mapkit.ColorScheme.Dark : mapkit.ColorScheme.Light,
  showsScale: mapkit.FeatureVisibility.Adaptive,
  showsUserLocationControl: true,
  selectableMapFeatures: [mapkit.MapFeatureType.PointOfInterest],
  selectableMapFeatureSelectionAccessory: new mapkit.PlaceSelectionAccessory(),
});
map._allowWheelToZoom = true;
if (box) {
  map.region = new mapkit.BoundingRegion(box[2], box[3], box[0], box[1]).toCoordinateRegion();
  lookNearer(map, box);
}
dark.addEventListener("change", () => (map.colorScheme = dark.matches ? "dark" : "light"));

const services = { search: new mapkit.Search(), geocoder: new mapkit.Geocoder(), directions: new mapkit.Directions() };

function clear() {
  map.removeAnnotations(map.annotations);
  map.removeOverlays(map.overlays);
  found.replaceChildren();
  why.hidden = true;
}

// Link to the page Why this place? with this query, near the centre of the map.
function offerWhy(text) {
  const { latitude, longitude } = map.center;
  why.search = new URLSearchParams({ q: text, near: `${latitude.toFixed(5)},${longitude.toFixed(5)}` });
  why.hidden = false;
}

function showPlaces(places) {
  clear();
  const markers = places.filter(one => one.coordinate).map(
    one => new mapkit.PlaceAnnotation(one, { title: one.name, selectionAccessory: new mapkit.PlaceSelectionAccessory() }),
  );
  for (const [i, one] of places.entries()) {
    const button = make("button", { type: "button", class: "try-place" }, make("strong", {}, one.name ?? ""), make("small", {}, one.formattedAddress ?? ""));
    button.addEventListener("click", () => {
      map.selectedAnnotation = markers[i] ?? null;
      if (one.coordinate) map.setCenterAnimated(one.coordinate);
    });
    found.append(make("li", {}, button));
  }
  map.showItems(markers, { animate: true, minimumSpan: new mapkit.CoordinateSpan(0.003, 0.003) });
  if (markers.length === 1) map.selectedAnnotation = markers[0];
}

async function attempt(task) {
  try {
    await task();
  } catch (error) {
    if (error.name !== "AbortError") say(error.message);
  }
}

function search(what) {
  closeRows();
  const text = typeof what === "string" ? what : what.displayLines?.join(", ") ?? query.value;
  return attempt(async () => {
    const { places } = await services.search.search(what, { region: map.region });
    say(places.length === 0 ? "No places found." : places.length === 1 ? "1 place found." : `${places.length} places found.`);
    showPlaces(places);
    offerWhy(text);
  });
}

// Suggestions for the typed text; those of an earlier text are dropped.
let asked = null;
let chosen = -1;
let suggestions = [];

function closeRows() {
  asked?.abort();
  rows.hidden = true;
  query.setAttribute("aria-expanded", "false");
  query.removeAttribute("aria-activedescendant");
  chosen = -1;
}

function choose(index) {
  chosen = (index + suggestions.length + 1) % (suggestions.length + 1);
  if (chosen === suggestions.length) chosen = -1;
  for (const [i, row] of [...rows.children].entries()) row.setAttribute("aria-selected", String(i === chosen));
  if (chosen < 0) query.removeAttribute("aria-activedescendant");
  else query.setAttribute("aria-activedescendant", rows.children[chosen].id);
}

async function suggest() {
  asked?.abort();
  if (query.value.trim() === "") return closeRows();
  asked = new AbortController();
  const { signal } = asked;
  await new Promise(resolve => setTimeout(resolve, 150));
  if (signal.aborted) return undefined;
  return attempt(async () => {
    const { results } = await services.search.autocomplete(query.value, { region: map.region, signal });
    suggestions = results;
    chosen = -1;
    rows.replaceChildren(
      ...results.map((result, i) => {
        const [title, ...more] = result.displayLines;
        const row = make("li", { role: "option", id: `try-row-${i}`, "aria-selected": "false" }, make("strong", {}, title ?? ""), make("small", {}, more.join(", ")));
        row.addEventListener("pointerdown", event => {
          event.preventDefault();
          query.value = title;
          search(result);
        });
        return row;
      }),
    );
    rows.hidden = results.length === 0;
    query.setAttribute("aria-expanded", String(results.length > 0));
  });
}

query.addEventListener("input", suggest);
query.addEventListener("blur", closeRows);
query.addEventListener("keydown", event => {
  if (event.key === "Escape") closeRows();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || rows.hidden) return;
  event.preventDefault();
  choose(chosen < 0 && step < 0 ? suggestions.length - 1 : chosen + step);
});
document.getElementById("try-search").addEventListener("submit", event => {
  event.preventDefault();
  const result = suggestions[chosen];
  if (result && !rows.hidden) query.value = result.displayLines[0];
  if (query.value.trim() !== "") search(result && !rows.hidden ? result : query.value);
});

// Directions between two ends; a click on the map fills in the focused end.
const [from, to] = [document.getElementById("try-from"), document.getElementById("try-to")];
let end = null;
for (const one of [from, to]) one.addEventListener("focus", () => (end = one));

function duration(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const length = metres => (metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`);

document.getElementById("try-route").addEventListener("submit", event => {
  event.preventDefault();
  attempt(async () => {
    const answer = await services.directions.route({
      origin: from.value,
      destination: to.value,
      transportType: document.getElementById("try-by").value,
      requestsAlternateRoutes: true,
    });
    clear();
    if (answer.routes.length === 0) return say("There is no route between these places.");
    const [best, ...others] = answer.routes;
    say(`${length(best.distance)}, ${duration(best.expectedTravelTime)}${best.name ? ` by ${best.name}` : ""}.`);
    for (const route of others) route.polyline.style = new mapkit.Style({ lineWidth: 5, strokeColor: "#8a94a6", strokeOpacity: 0.8 });
    best.polyline.style = new mapkit.Style({ lineWidth: 6, strokeColor: "#0a6cdf", strokeOpacity: 0.9 });
    const ends = [best.polyline.points.at(0), best.polyline.points.at(-1)];
    const markers = ["A", "B"].map((glyphText, i) => new mapkit.MarkerAnnotation(ends[i], { glyphText, color: i === 0 ? "#2c8a4b" : "#d6402b" }));
    map.addOverlays([...others, best].map(route => route.polyline));
    map.showItems([...markers, best.polyline], { animate: true });
    for (const step of best.steps.filter(({ instructions }) => instructions)) {
      found.append(make("li", {}, make("span", {}, step.instructions), make("small", {}, ` ${length(step.distance)}`)));
    }
    return undefined;
  });
});

map.addEventListener("single-tap", event => {
  const coordinate = map.convertPointOnPageToCoordinate(event.pointOnPage);
  const text = `${coordinate.latitude.toFixed(5)}, ${coordinate.longitude.toFixed(5)}`;
  if (end) {
    end.value = text;
    end = end === from ? to : null;
  }
  attempt(async () => {
    const { results } = await services.geocoder.reverseLookup(coordinate);
    say(results[0] ? `${text}: ${results[0].formattedAddress}` : `${text}: there is no known address here.`);
  });
});
