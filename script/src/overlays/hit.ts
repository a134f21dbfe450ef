/** Whether a pixel of the view is on an overlay. Opacity does not matter: transparent overlays can be tapped. */

import { type Camera, flatProjection, type Frame, type Pixel } from "../map/camera";
import { Coordinate } from "../geometry/points";
import { isIn, polygonsOf, type Position, type Ring } from "./geometry";
import type { Overlay } from "./overlay";

/** Tolerance for taps on a line, CSS pixels. */
const REACH_PX = 4;

export function hits(overlay: Overlay, pixel: Pixel, camera: Camera, frame: Frame): boolean {
  const rings = overlay._rings().map(ring => onScreen(ring, camera, frame));
  const { fillColor, lineWidth, fillRule, _hasStroke: hasStroke } = overlay.style;
  const point: Position = [pixel.x, pixel.y];
  if (overlay._isArea && fillColor !== null) {
    const inside = polygonsOf(rings, fillRule).some(([border, ...holes]) => isIn(point, border!) && !holes.some(hole => isIn(point, hole)));
    if (inside) return true;
  }
  if (!hasStroke) return false;
  const reach = Math.max(lineWidth / 2, 1) + REACH_PX;
  return rings.some(ring => distanceTo(ring, point, overlay._isArea) <= reach);
}

function onScreen(ring: Ring, camera: Camera, frame: Frame): Ring {
  if (ring.length === 0) return [];
  const project = flatProjection(camera, frame);
  const points = ring.map(([longitude, latitude]) => new Coordinate(latitude, longitude).toUnwrappedMapPoint());
  const middle = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const turns = Math.round(camera.x - middle);
  return points.map(({ x, y }) => {
    const pixel = project({ x: x + turns, y });
    return [pixel.x, pixel.y];
  });
}

function distanceTo(ring: Ring, [x, y]: Position, isClosed: boolean): number {
  let nearest = Infinity;
  for (let i = isClosed ? 0 : 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring.at(i - 1)!, ring[i]!];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    nearest = Math.min(nearest, Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y));
  }
  return nearest;
}
