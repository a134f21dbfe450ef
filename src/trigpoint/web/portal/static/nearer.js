// The box of the tiles is that of whole squares of zoom 12: where a small extract lies in it, its streets say.
"use strict";

/** Show where the streets are, once a map of mapkit.js is drawn, unless its user has moved it meanwhile; then call `done`. */
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
