// The page Map: this installation's tiles on MapLibre, with an access key that is renewed while the session is valid.
const stage = document.getElementById("map");
const told = document.getElementById("map-told");
const schemes = [...document.querySelectorAll("input[name=scheme]")];
const muted = document.querySelector("input[name=muted]");
const dark = matchMedia("(prefers-color-scheme: dark)");
const RETRY_MS = 15_000;
let accessKey = "";

function tell(sentence) {
  told.textContent = sentence;
  stage.dataset.state = sentence ? "trouble" : "";
}

async function renew() {
  const answer = await fetch(stage.dataset.access, { redirect: "manual", headers: { accept: "application/json" } });
  if (answer.type === "opaqueredirect") throw Object.assign(new Error("Your session has ended. Sign in again to see the map."), { isFinal: true });
  if (!answer.ok) throw new Error(`The server gave no access to the map (status ${answer.status}).`);
  const found = await answer.json();
  accessKey = found.accessKey;
  setTimeout(keepRenewing, found.renewInSeconds * 1000);
}

// The key is valid for another minute: a network that is down for a moment must not end the map.
async function keepRenewing() {
  try {
    await renew();
    tell("");
  } catch (error) {
    tell(error.message);
    if (!error.isFinal) setTimeout(keepRenewing, RETRY_MS);
  }
}

function styleAddress() {
  const scheme = schemes.find(one => one.checked).value;
  const look = muted.checked ? "muted" : "standard";
  return `${location.origin}${document.documentElement.dataset.root}ti/style/${look}-${scheme}.json?lang=${encodeURIComponent(navigator.language)}&accessKey=${accessKey}`;
}

function withKey(address) {
  if (!address.includes("/ti/")) return undefined;
  const url = new URL(address);
  url.searchParams.set("accessKey", accessKey);
  return { url: url.href };
}

// The bounding box of a tile set consists of whole tiles of zoom 12; the streets show where a small extract is in it.
function nearer(map, box) {
  const points = map.querySourceFeatures("osm", { sourceLayer: "streets" }).flatMap(one => one.geometry.coordinates.flat(Infinity));
  const sorted = odd => points.filter((_, place) => place % 2 === odd).sort((a, b) => a - b);
  const [east, north] = [sorted(0), sorted(1)];
  if (east.length < 50) return null;
  const within = values => [values[Math.floor(values.length * 0.02)], values[Math.ceil(values.length * 0.98) - 1]];
  const [[left, right], [bottom, top]] = [within(east), within(north)];
  return (right - left) * (top - bottom) < ((box[3] - box[1]) * (box[2] - box[0])) / 4 ? [left, bottom, right, top] : null;
}

// The code for a page of one's own shows what the map shows.
function showInCode(map) {
  const [center, span] = ["code-center", "code-span"].map(id => document.getElementById(id));
  if (!center) return;
  const { lat, lng } = map.getCenter();
  const bounds = map.getBounds();
  const size = [bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest()];
  const digits = Math.max(2, Math.ceil(2 - Math.log10(size[0])));
  center.textContent = `${lat.toFixed(digits)}, ${lng.toFixed(digits)}`;
  span.textContent = size.map(degrees => degrees.toFixed(digits)).join(", ");
}

async function draw() {
  if (!document.createElement("canvas").getContext("webgl2")) {
    throw new Error("This browser cannot draw maps: WebGL 2 is missing or turned off.");
  }
  const [maplibre] = await Promise.all([import(stage.dataset.script), renew()]);
  maplibre.setWorkerUrl(new URL(stage.dataset.worker, location.href).href);
  const box = stage.dataset.box?.split(",").map(Number);
  const map = new maplibre.Map({
    container: stage,
    style: styleAddress(),
    transformRequest: withKey,
    attributionControl: false,
    ...(box
      ? { bounds: [box[1], box[0], box[3], box[2]], fitBoundsOptions: { padding: 16, maxZoom: 16 } }
      : { center: [10, 30], zoom: 1 }),
  });
  map.getCanvas().setAttribute("aria-label", "Map. Arrow keys move it, plus and minus zoom.");
  map.once("idle", () => {
    const bounds = box && nearer(map, box);
    if (bounds) map.fitBounds(bounds, { padding: 24, maxZoom: 16, animate: false });
    map.on("idle", () => (stage.dataset.state ||= "idle"));
    map.on("moveend", () => showInCode(map));
    showInCode(map);
    map.triggerRepaint();
  });
  map.on("error", ({ error }) => {
    if (error?.status === 401) tell("The server refused tiles. Reload the page.");
    else if (error?.status) tell(`A part of the map could not be loaded (status ${error.status}).`);
  });
  document.getElementById("map-in").addEventListener("click", () => map.zoomIn());
  document.getElementById("map-out").addEventListener("click", () => map.zoomOut());
  for (const one of [...schemes, muted]) one.addEventListener("change", () => map.setStyle(styleAddress()));
}

schemes.find(one => one.value === (dark.matches ? "dark" : "light")).checked = true;
draw().catch(error => tell(error.message));
