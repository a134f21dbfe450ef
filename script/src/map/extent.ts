/** The bounding rectangle of coordinates, and the margin that annotations need around it. */

import type { Annotation } from "../annotations/annotation";
import { MarkerAnnotation } from "../annotations/marker";
import { Padding } from "../geometry/padding";
import { type CoordinateData, toCoordinate } from "../geometry/points";
import { MapRect } from "../geometry/regions";

/** Margin between items and the frame, CSS pixels. */
const MARGIN_PX = 12;
/** Additional margin at the bottom, for the attribution. */
const FOOT_PX = 14;

/** A width below this, in map units, comes from rounding: it is less than a millimetre. */
const ROUNDING = 1e-11;

/** The smallest rectangle with all coordinates; it crosses the antimeridian if that is shorter. */
export function rectAround(coordinates: readonly CoordinateData[]): MapRect {
  const points = coordinates.map(coordinate => toCoordinate(coordinate, "showItems").toUnwrappedMapPoint());
  const columns = points.map(({ x }) => x - Math.floor(x)).sort((a, b) => a - b);
  // It leaves out the widest gap between neighbouring longitudes.
  let west = columns[0]!;
  let widest = columns[0]! + 1 - columns.at(-1)!;
  for (let i = 1; i < columns.length; i++) {
    const gap = columns[i]! - columns[i - 1]!;
    if (gap > widest) [widest, west] = [gap, columns[i]!];
  }
  const rows = points.map(({ y }) => y);
  const [north, south] = [rows.reduce((a, b) => Math.min(a, b)), rows.reduce((a, b) => Math.max(a, b))];
  const width = 1 - widest;
  return new MapRect(west, north, width < ROUNDING ? 0 : width, south - north);
}

/** How far an open callout reaches from its annotation, CSS pixels. */
interface Reach {
  top: number;
  right: number;
  left: number;
}

/**
 * Insets that keep the elements of all annotations in the frame, and an open callout as well, unless it would leave less than
 * half of the frame's width or height to the items: then the map would show the surroundings rather than them.
 */
export function roomFor(
  annotations: readonly Annotation[],
  padding: Padding,
  frame: { width: number; height: number },
  callout: Reach | null = null,
): Padding {
  const isWide = callout !== null && padding.left + padding.right + callout.left + callout.right > frame.width / 2;
  const isHigh = callout !== null && padding.top + padding.bottom + callout.top > frame.height / 2;
  let [left, right] = callout && !isWide ? [callout.left, callout.right] : [0, 0];
  let top = callout && !isHigh ? callout.top : 0;
  let bottom = 0;
  for (const annotation of annotations) {
    const { width, height } = annotation.size ?? { width: 40, height: 40 };
    const own = annotation.padding;
    top = Math.max(top, height + own.top);
    right = Math.max(right, width / 2 + own.right);
    left = Math.max(left, width / 2 + own.left);
    bottom = Math.max(bottom, (annotation instanceof MarkerAnnotation && annotation.title ? 20 : 0) + own.bottom);
  }
  return new Padding({
    top: padding.top + top + MARGIN_PX,
    right: padding.right + right + MARGIN_PX,
    bottom: padding.bottom + bottom + MARGIN_PX + FOOT_PX,
    left: padding.left + left + MARGIN_PX,
  });
}
