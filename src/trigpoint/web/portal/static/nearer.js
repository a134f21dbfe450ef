// The bounding box of a tile set consists of whole tiles of zoom 12; the streets show where a small extract is in it.
"use strict";

/** Move a map of mapkit.js to the region that has streets, once it is drawn, unless the user has moved it; then call `done`. */
function lookNearer(map, box, done = () => undefined) {
  let [isMoved, tries] = [false, 40];
  for (const kind of ["scroll-start", "zoom-start"]) map.addEventListener(kind, () => (isMoved = true), { once: true });
  const waiting = setInterval(() => {
    const { gl } = map._stage;
    const isDrawn = gl?.loaded() && gl.areTilesLoaded() && gl.getSource("osm");
    if (!isDrawn && !isMoved && --tries > 0) return;
    clearInterval(waiting);
    const region = isDrawn && !isMoved ? regionOfStreets(gl, box) : null;
    if (region) map.region = region;
    setTimeout(done, 100);
  }, 200);
}

function regionOfStreets(gl, [bottom, left, top, right]) {
  const points = gl.querySourceFeatures("osm", { sourceLayer: "streets" })
    .flatMap(({ geometry }) => (geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat()))
    .filter(([x, y]) => x > left && x < right && y > bottom && y < top);
  if (points.length < 50) return null;
  const bound = (axis, part) => points.map(point => point[axis]).sort((a, b) => a - b)[Math.floor(part * (points.length - 1))];
  const [west, east, south, north] = [bound(0, 0.02), bound(0, 0.98), bound(1, 0.02), bound(1, 0.98)];
  const isSmall = (east - west) * (north - south) < ((right - left) * (top - bottom)) / 4;
  return isSmall ? new mapkit.BoundingRegion(north, east, south, west).toCoordinateRegion() : null;
}
