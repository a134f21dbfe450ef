/** Geometry of overlays: lengths, parts of lines, rings with holes, circles. */

import { type Coordinate, type CoordinateData, destination, type MapPointData } from "../geometry/points";
import type { FillRule } from "./style";

export type Position = [number, number];
export type Ring = Position[];

const CIRCLE_CORNERS = 96;

/** Unwrap longitudes, so that neighbours differ by at most 180 degrees. */
export function unwrapped(points: readonly CoordinateData[]): Position[] {
  let last: number | null = null;
  return points.map(({ latitude, longitude }) => {
    if (last !== null) longitude -= 360 * Math.round((longitude - last) / 360);
    last = longitude;
    return [longitude, latitude];
  });
}

/** Lengths from the start to each point, in units of the unit square. */
export function lengthsAlong(points: readonly MapPointData[]): number[] {
  let sum = 0;
  return points.map((point, i) => {
    const before = points[i - 1];
    if (before) sum += Math.hypot(point.x - before.x, point.y - before.y);
    return sum;
  });
}

/** The part of a line from `start` to `end`, as fractions of its length. */
export function partOf(points: readonly MapPointData[], start: number, end: number): MapPointData[] {
  if (points.length < 2 || start >= end) return start >= end ? [] : [...points];
  const lengths = lengthsAlong(points);
  const whole = lengths.at(-1)!;
  const [from, to] = [start * whole, end * whole];
  const inside = points.filter((_, i) => lengths[i]! > from && lengths[i]! < to);
  return [at(points, lengths, from), ...inside, at(points, lengths, to)];
}

function at(points: readonly MapPointData[], lengths: readonly number[], length: number): MapPointData {
  const i = lengths.findIndex(other => other >= length);
  if (i <= 0) return points[0]!;
  const [before, after] = [points[i - 1]!, points[i]!];
  const share = (length - lengths[i - 1]!) / (lengths[i]! - lengths[i - 1]! || 1);
  return { x: before.x + (after.x - before.x) * share, y: before.y + (after.y - before.y) * share };
}

/** The vertices of a circle on the ground. */
export function circleRing(center: CoordinateData, radius: number): Coordinate[] {
  return Array.from({ length: CIRCLE_CORNERS }, (_, i) => destination(center, radius, (i * 360) / CIRCLE_CORNERS));
}

/** Twice the area of a ring; its sign is the direction in which it runs. */
export function signedArea(ring: Ring): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** Whether a point is in a ring. */
export function isIn([x, y]: Position, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i]!, ring[j]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Combine rings to polygons with holes, by the fill rule. */
export function polygonsOf(rings: readonly Ring[], rule: FillRule): Ring[][] {
  const usable = rings.filter(ring => ring.length >= 3);
  const facts = usable.map(ring => {
    const around = usable.filter(other => other !== ring && isIn(ring[0]!, other));
    const winding = [ring, ...around].reduce((sum, other) => sum + Math.sign(signedArea(other)), 0);
    const isHole = rule === "evenodd" ? around.length % 2 === 1 : around.length > 0 && winding === 0;
    return { ring, around, isHole };
  });
  const outer = facts.filter(({ isHole }) => !isHole);
  return outer.map(({ ring }) => {
    const holes = facts.filter(({ isHole, around }) => isHole && innermost(around, outer.map(f => f.ring)) === ring);
    return [ring, ...holes.map(hole => hole.ring)].map(closed);
  });
}

/** The smallest ring around another one that is not a hole. */
function innermost(around: readonly Ring[], outer: readonly Ring[]): Ring | undefined {
  const candidates = around.filter(ring => outer.includes(ring));
  return candidates.sort((a, b) => Math.abs(signedArea(a)) - Math.abs(signedArea(b)))[0];
}

function closed(ring: Ring): Ring {
  const [first, last] = [ring[0]!, ring.at(-1)!];
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
}
