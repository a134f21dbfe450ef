// The Snapshot studio: a form and a live map make the query of a snapshot, and the server renders a preview. Keys are never sent.
"use strict";

const studio = document.getElementById("studio");
const form = document.getElementById("studio-form");
const told = document.getElementById("s-told");
const picture = document.getElementById("s-picture");
const byId = id => document.getElementById(id);
const [annotationsText, overlaysText, items] = [byId("s-annotations"), byId("s-overlays"), byId("s-items")];
const BLUE = "007aff";
const GREEN = "2c8a4b";

/** Annotations or overlays from their text field, which the list below the form mirrors; null if it is not valid JSON. */
const read = area => {
  try {
    const found = JSON.parse(area.value || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return null;
  }
};
const write = (area, list) => (area.value = list.length > 0 ? JSON.stringify(list) : "");

const encode = value => encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":").replace(/['()!*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** The query parameters in order, without those that have their default. */
function parameters() {
  const field = name => form.elements[name].value.trim();
  const pairs = [["center", field("center")]];
  if (field("center") !== "auto") pairs.push(["z", field("z")]);
  pairs.push(["size", `${field("width")}x${field("height")}`], ["scale", field("scale")], ["t", field("t")], ["colorScheme", field("colorScheme")]);
  if (!form.elements.poi.checked) pairs.push(["poi", "0"]);
  pairs.push(["lang", field("lang")], ["annotations", annotationsText.value.trim()], ["overlays", overlaysText.value.trim()]);
  return pairs.filter(([, value]) => value !== "");
}

const query = pairs => pairs.map(([name, value]) => `${name}=${encode(value)}`).join("&");

/** The path and query to sign, with the IDs of team and key. */
function signedQuery() {
  const pairs = [...parameters(), ["teamId", studio.dataset.team], ["keyId", byId("s-key").value]];
  const [lasts, referer] = [byId("s-lasts").value, byId("s-referer").value.trim()];
  if (lasts) pairs.push(["expires", String(Math.floor(Date.now() / 1000) + Number(lasts))]);
  if (referer) pairs.push(["referer", referer]);
  return `/api/v1/snapshot?${query(pairs)}`;
}

const LASTS = { 86400: "1d", 2592000: "30d", 31536000: "365d" };

function showAddresses() {
  const plain = `${studio.dataset.base}/api/v1/snapshot?${query(parameters())}`;
  byId("s-token").textContent = `${plain}&token=YOUR_TOKEN`;
  if (!byId("s-key")) return;
  const [key, lasts, referer] = [byId("s-key").value, byId("s-lasts").value, byId("s-referer").value.trim()];
  const options = `${lasts ? ` --expires-in ${LASTS[lasts]}` : ""}${referer ? ` --referer '${referer.replaceAll("'", "'\\''")}'` : ""}`;
  byId("s-command").textContent = `trigpoint snapshot sign --team ${studio.dataset.team} --private-key AuthKey_${key}.p8${options} '${plain}'`;
  byId("s-string").textContent = signedQuery();
  for (const link of document.querySelectorAll("a[data-recipe]")) link.href = link.href.replace(/keys\/[^/]+\/use/, `keys/${key}/use`);
  byId("s-signed-part").hidden = true; // it was signed for another snapshot
}

// The preview

let asked = null;

async function paint() {
  asked?.abort();
  asked = new AbortController();
  told.textContent = "Rendering…";
  try {
    const answer = await fetch(`${studio.dataset.picture}?${query(parameters())}`, { signal: asked.signal });
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? `The server responded with status ${answer.status}.`);
    const body = await answer.blob();
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(body);
    picture.width = Number(form.elements.width.value);
    picture.hidden = false;
    const scale = Number(form.elements.scale.value);
    byId("s-size").textContent = `${scale * form.elements.width.value} × ${scale * form.elements.height.value} pixels, ${Math.ceil(body.size / 1024)} kB`;
    told.textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = error.message;
  }
}

// The list of annotations and overlays

function listItems() {
  const [annotations, overlays] = [read(annotationsText), read(overlaysText)];
  if (!annotations || !overlays) {
    told.textContent = "Annotations and overlays must each be a JSON array.";
    return;
  }
  items.replaceChildren(
    ...annotations.map((one, i) => row(`${one.markerStyle ?? "marker"} at ${one.point}`, annotationsText, i, [
      input("color", `#${one.color ?? "ff5b40"}`, "Colour", value => ({ color: value.slice(1) })),
      input("text", one.glyphText ?? "", "One letter or digit", value => ({ glyphText: value.slice(0, 1) || undefined })),
    ])),
    ...overlays.map((one, i) => row(one.type === "circle" ? `circle of ${one.radius} m` : `${one.type ?? "line"}, ${(one.points ?? []).length} points`, overlaysText, i, [
      input("color", `#${one.strokeColor ?? BLUE}`, "Colour", value => ({ strokeColor: value.slice(1), ...(one.fillColor && { fillColor: value.slice(1) }) })),
    ])),
  );
}

function input(type, value, label, changes) {
  const made = Object.assign(document.createElement("input"), { type, value, title: label });
  made.setAttribute("aria-label", label);
  if (type === "text") Object.assign(made, { size: 1, maxLength: 1 });
  return { made, changes };
}

function row(text, area, index, inputs) {
  const line = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { textContent: text, className: "code" });
  const gone = Object.assign(document.createElement("button"), { type: "button", textContent: "Remove", className: "plain" });
  gone.addEventListener("click", () => change(area, list => list.splice(index, 1)));
  for (const { made, changes } of inputs) made.addEventListener("change", () => change(area, list => Object.assign(list[index], changes(made.value))));
  line.append(...inputs.map(({ made }) => made), name, gone);
  return line;
}

function change(area, edit) {
  const list = read(area) ?? [];
  edit(list);
  write(area, list);
  refresh();
}

// The live map

let map = null;
let isFollowing = false;

function startMap() {
  mapkit.addEventListener("error", ({ message }) => (told.textContent = message));
  mapkit.init({ authorizationCallback: done => done(studio.dataset.token), language: document.documentElement.lang });
  const box = studio.dataset.box?.split(",").map(Number);
  map = new mapkit.Map("s-map", { showsCompass: "hidden", isRotationEnabled: false, showsMapTypeControl: false });
  map._allowWheelToZoom = true;
  if (box) map.region = new mapkit.BoundingRegion(box[2], box[3], box[0], box[1]).toCoordinateRegion();
  map.addEventListener("region-change-end", takeCamera);
  map.addEventListener("single-tap", event => add(map.convertPointOnPageToCoordinate(event.pointOnPage)));
}

/** The zoom level as in the parameter `z`: at 0, the world is 256 pixels wide. */
const zoomOfMap = () => Math.log2((map.element.clientWidth * 360) / map.region.span.longitudeDelta / 256);

function takeCamera() {
  if (isFollowing || form.elements.center.value === "auto") return;
  const { latitude, longitude } = map.center;
  form.elements.center.value = `${latitude.toFixed(5)},${longitude.toFixed(5)}`;
  form.elements.z.value = Math.min(20, Math.max(3, zoomOfMap())).toFixed(1);
  refresh();
}

function followForm() {
  if (!map) return;
  const found = /^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$/.exec(form.elements.center.value);
  const zoom = Number(form.elements.z.value);
  if (!found || !(zoom >= 3 && zoom <= 20)) return;
  const span = (map.element.clientWidth * 360) / (256 * 2 ** zoom);
  isFollowing = true;
  const center = new mapkit.Coordinate(Number(found[1]), Number(found[2]));
  const ratio = map.element.clientHeight / map.element.clientWidth;
  map.setRegionAnimated(new mapkit.CoordinateRegion(center, new mapkit.CoordinateSpan(span * ratio * Math.cos((center.latitude * Math.PI) / 180), span)), false);
  setTimeout(() => (isFollowing = false), 100);
}

function add(coordinate) {
  const point = `${coordinate.latitude.toFixed(5)},${coordinate.longitude.toFixed(5)}`;
  const what = byId("s-click").value;
  if (what === "balloon") change(annotationsText, list => list.push({ point, color: GREEN }));
  if (what === "circle") change(overlaysText, list => list.push({ type: "circle", center: point, radius: 200, strokeColor: BLUE, lineWidth: 2, fillColor: BLUE, fillOpacity: 0.15 }));
  if (what !== "line" && what !== "area") return;
  const type = what === "line" ? "polyline" : "polygon";
  change(overlaysText, list => {
    const last = list.at(-1);
    if (last?.type === type) last.points.push(point);
    else list.push({ type, points: [point], strokeColor: BLUE, lineWidth: 4, ...(type === "polygon" && { fillColor: BLUE, fillOpacity: 0.15 }) });
  });
}

function drawItems() {
  if (!map) return;
  const at = text => {
    const [latitude, longitude] = String(text).split(",").map(Number);
    return new mapkit.Coordinate(latitude, longitude);
  };
  map.removeAnnotations(map.annotations);
  map.removeOverlays(map.overlays);
  const attempt = make => {
    try {
      make();
    } catch {
      // Items that only the server understands (an address, "center") appear in the preview only.
    }
  };
  for (const one of read(annotationsText) ?? []) {
    attempt(() => map.addAnnotation(new mapkit.MarkerAnnotation(at(one.point), { color: `#${one.color ?? "ff5b40"}`, glyphText: one.glyphText ?? "", animates: false, enabled: false })));
  }
  for (const one of read(overlaysText) ?? []) {
    attempt(() => {
      const style = new mapkit.Style({ strokeColor: `#${one.strokeColor ?? BLUE}`, lineWidth: one.lineWidth ?? 1, fillColor: `#${one.fillColor ?? BLUE}`, fillOpacity: one.fillColor ? (one.fillOpacity ?? 0.1) : 0 });
      const points = (one.points ?? []).map(at);
      if (one.type === "circle") map.addOverlay(new mapkit.CircleOverlay(at(one.center), one.radius, { style }));
      else if (points.length > 1) map.addOverlay(one.type === "polygon" ? new mapkit.PolygonOverlay(points, { style }) : new mapkit.PolylineOverlay(points, { style }));
    });
  }
  map.colorScheme = form.elements.colorScheme.value || "light";
  map.mapType = form.elements.t.value || "standard";
  map.showsPointsOfInterest = form.elements.poi.checked;
  const frame = byId("s-frame");
  frame.style.width = `${form.elements.width.value}px`;
  frame.style.height = `${form.elements.height.value}px`;
}

// Signing in the browser: the key is imported as non-extractable, signs once, and is dropped.

async function signHere(file) {
  const wrong = byId("s-wrong");
  wrong.hidden = true;
  try {
    const named = /AuthKey_([A-Z0-9]{10})/.exec(file.name)?.[1];
    const keys = byId("s-key");
    if (named && [...keys.options].some(({ value }) => value === named)) {
      keys.value = named;
      showAddresses();
    } else if (named) throw new Error(`The file has the key ${named}, which is not a live key of this team for snapshots.`);
    const base64 = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(await file.text())?.[1];
    if (!base64) throw new Error("The file must be a private key in PEM: a .p8 file as it was downloaded.");
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), one => one.charCodeAt(0));
    const key = await crypto.subtle.importKey("pkcs8", bytes, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    bytes.fill(0);
    const signed = signedQuery();
    const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(signed));
    const signature = btoa(String.fromCharCode(...new Uint8Array(raw))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    byId("s-signed").textContent = `${studio.dataset.base}${signed}&signature=${signature}`;
    byId("s-signed-part").hidden = false;
  } catch (error) {
    wrong.textContent = error instanceof DOMException ? "The file must contain a private key on the curve P-256." : error.message;
    wrong.hidden = false;
  } finally {
    byId("s-file").value = "";
  }
}

function refresh() {
  listItems();
  drawItems();
  showAddresses();
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = !navigator.clipboard; // plain HTTP from another machine has no clipboard
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(byId(button.dataset.copies).textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
}
form.addEventListener("submit", event => {
  event.preventDefault();
  event.stopPropagation();
  refresh();
  paint();
});
form.addEventListener("change", event => {
  if (event.target === form.elements.center || event.target === form.elements.z) followForm();
  if (event.target.id !== "s-click") refresh();
});
for (const id of ["s-key", "s-lasts", "s-referer"]) byId(id)?.addEventListener("change", showAddresses);
byId("s-file")?.addEventListener("change", event => {
  if (event.target.files[0]) signHere(event.target.files[0]);
});
if (byId("s-file") && !globalThis.crypto?.subtle) {
  byId("s-file").disabled = true;
  byId("s-wrong").textContent = "Browsers sign only on https or localhost.";
  byId("s-wrong").hidden = false;
}

const box = studio.dataset.box?.split(",").map(Number);
form.elements.center.value = box ? `${((box[0] + box[2]) / 2).toFixed(5)},${((box[1] + box[3]) / 2).toFixed(5)}` : "0,0";
if (box) form.elements.z.value = Math.min(16, Math.max(3, Math.log2((600 * 360) / Math.max(1e-4, box[3] - box[1]) / 256))).toFixed(1);
if (window.mapkit && studio.dataset.token) {
  startMap();
  followForm();
}
refresh();
// With a map, render the first preview after the map has moved to the streets.
if (map && box) lookNearer(map, box, paint);
else paint();
