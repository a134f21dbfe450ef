/** An overlay in MapLibre's terms: GeoJSON, and the paint of its fill and its line. */

import type { FillLayerSpecification, LineLayerSpecification } from "maplibre-gl";
import { Coordinate } from "../geometry/points";
import { lengthsAlong, polygonsOf } from "./geometry";
import type { ColorStop } from "./line_gradient";
import type { Overlay } from "./overlay";
import type { Style } from "./style";

const TRANSPARENT = "rgba(0, 0, 0, 0)";

/** Convert any CSS colour to one that MapLibre supports. */
const colors = new Map<string, string>();
let pen: CanvasRenderingContext2D | null = null;

export function readColor(color: string): string {
  const known = colors.get(color);
  if (known) return known;
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return color;
  pen.fillStyle = "#007aff";
  pen.fillStyle = color;
  colors.set(color, pen.fillStyle);
  return pen.fillStyle;
}

/** The colour of a style for MapLibre; null is transparent. */
export function paintColor(color: string | null): string {
  return color === null ? TRANSPARENT : readColor(color);
}

export function toGeoJSON(overlay: Overlay): GeoJSON.Feature {
  const rings = overlay._rings();
  const geometry: GeoJSON.Geometry = overlay._isArea
    ? { type: "MultiPolygon", coordinates: polygonsOf(rings, overlay.style.fillRule) }
    : { type: "MultiLineString", coordinates: rings };
  return { type: "Feature", properties: {}, geometry };
}

export function fillPaint({ fillColor, fillOpacity }: Style): NonNullable<FillLayerSpecification["paint"]> {
  return { "fill-color": paintColor(fillColor), "fill-opacity": fillOpacity, "fill-antialias": false };
}

export function lineLayout({ lineCap, lineJoin }: Style): NonNullable<LineLayerSpecification["layout"]> {
  return { "line-cap": lineCap, "line-join": lineJoin, "line-miter-limit": 4 };
}

export function linePaint(overlay: Overlay): NonNullable<LineLayerSpecification["paint"]> {
  const { style } = overlay;
  const { strokeColor, strokeOpacity, lineWidth, lineDash, lineDashOffset, lineGradient } = style;
  const paint: NonNullable<LineLayerSpecification["paint"]> = {
    "line-color": paintColor(strokeColor),
    "line-opacity": style._hasStroke ? strokeOpacity : 0,
    "line-width": lineWidth,
  };
  if (lineGradient && !overlay._isArea) {
    const gradient = gradientOf(overlay);
    if (gradient) paint["line-gradient"] = gradient;
  } else if (lineDash.some(length => length > 0) && lineWidth > 0) {
    paint["line-dasharray"] = shiftDash(lineDash, lineDashOffset).map(length => length / lineWidth);
  }
  return paint;
}

type Gradient = NonNullable<NonNullable<LineLayerSpecification["paint"]>["line-gradient"]>;

function gradientOf(overlay: Overlay): Gradient | null {
  const { lineGradient, strokeColor, strokeStart, strokeEnd } = overlay.style;
  const points = overlay._extent().map(point => new Coordinate(point.latitude, point.longitude).toUnwrappedMapPoint());
  const given = lineGradient!.stopsAlong(lengthsAlong(points));
  const stops = given.length === 0 ? given : withEnds(given, strokeColor ?? TRANSPARENT);
  if (stops.length === 0 || strokeEnd <= strokeStart) return null;
  // Only the part from strokeStart to strokeEnd is drawn, but stops are fractions of the whole line.
  const drawn = stops.map(({ offset, color }) => ({ at: (offset - strokeStart) / (strokeEnd - strokeStart), color: readColor(color) }));
  const unique = drawn.filter(({ at }, i) => i === 0 || at > drawn[i - 1]!.at);
  if (unique.length === 1) unique.push({ at: unique[0]!.at + 1, color: unique[0]!.color });
  return ["interpolate", ["linear"], ["line-progress"], ...unique.flatMap(({ at, color }) => [at, color])] as Gradient;
}

/** Stops with a colour at both ends: where none is given, that of the stroke. */
export function withEnds(stops: readonly ColorStop[], color: string): ColorStop[] {
  const [first, last] = [stops[0]!, stops.at(-1)!];
  return [...(first.offset > 0 ? [{ offset: 0, color }] : []), ...stops, ...(last.offset < 1 ? [{ offset: 1, color }] : [])];
}

/** Dashes that start `offset` pixels later, because MapLibre has no dash offset. */
export function shiftDash(dash: readonly number[], offset: number): number[] {
  const even = dash.length % 2 === 0 ? [...dash] : [...dash, ...dash];
  const whole = even.reduce((sum, length) => sum + length, 0);
  if (whole === 0 || offset % whole === 0) return even;
  let rest = ((offset % whole) + whole) % whole;
  let i = 0;
  while (rest >= even[i]!) rest -= even[i++]!;
  const turned = [even[i]! - rest, ...even.slice(i + 1), ...even.slice(0, i), rest];
  // A pattern must begin with a stroke: if it begins within a gap, add a stroke of length 0.
  return i % 2 === 0 ? joinEnds(turned) : [0, ...turned.slice(0, -1), turned.at(-1)!];
}

function joinEnds(turned: number[]): number[] {
  return turned.length % 2 === 0 ? turned : [...turned, 0];
}

