/** The three overlays: circle, line, and area with holes. */

import { finite, shown } from "../geometry/numbers";
import { Coordinate, type CoordinateData, destination, MapPoint, toCoordinate } from "../geometry/points";
import { circleRing, partOf, type Ring, unwrapped } from "./geometry";
import { Overlay, type OverlayOptions } from "./overlay";

/** A circle on the ground; its radius is in metres. */
export class CircleOverlay extends Overlay {
  #coordinate: Coordinate;
  #radius: number;

  constructor(coordinate: CoordinateData, radius: number, options?: OverlayOptions) {
    super(options);
    this.#coordinate = toCoordinate(coordinate, "CircleOverlay: coordinate").copy();
    this.#radius = Math.max(0, finite(radius, "CircleOverlay: radius", "500"));
  }

  get coordinate(): Coordinate {
    return this.#coordinate;
  }

  set coordinate(value: CoordinateData) {
    this.#coordinate = toCoordinate(value, "CircleOverlay: coordinate").copy();
    this._changed();
  }

  get radius(): number {
    return this.#radius;
  }

  set radius(value: number) {
    this.#radius = Math.max(0, finite(value, "CircleOverlay: radius", "500"));
    this._changed();
  }

  override get _isArea(): boolean {
    return true;
  }

  override _rings(): Ring[] {
    return this.#radius > 0 ? [unwrapped(circleRing(this.#coordinate, this.#radius))] : [];
  }

  override _extent(): Coordinate[] {
    return [0, 90, 180, 270].map(bearing => destination(this.#coordinate, this.#radius, bearing));
  }
}

function toPoints(points: unknown, where: string): Coordinate[] {
  if (!Array.isArray(points)) throw new TypeError(`[MapKit] ${where} must be a list of coordinates; got ${shown(points)}.`);
  return points.map(point => toCoordinate(point, where).copy());
}

/** A line along coordinates. */
export class PolylineOverlay extends Overlay {
  #points: Coordinate[];

  constructor(points: readonly CoordinateData[], options?: OverlayOptions) {
    super(options);
    this.#points = toPoints(points, "PolylineOverlay: points");
  }

  /** A copy: to change the line, assign another list. */
  get points(): Coordinate[] {
    return this.#points.map(point => point.copy());
  }

  set points(value: readonly CoordinateData[]) {
    this.#points = toPoints(value, "PolylineOverlay: points");
    this._changed();
  }

  override get _isArea(): boolean {
    return false;
  }

  override _rings(): Ring[] {
    const line = this.#points.map(toPosition);
    const { strokeStart, strokeEnd } = this.style;
    if (line.length < 2) return [];
    if (strokeStart === 0 && strokeEnd === 1) return [line];
    const parts = partOf(line.map(toFlatPoint), strokeStart, strokeEnd);
    return parts.length < 2 ? [] : [parts.map(({ x, y }) => [x * 360 - 180, new MapPoint(0.5, y).toCoordinate().latitude])];
  }

  override _extent(): Coordinate[] {
    return this.#points;
  }
}

/** Longitudes as given: from -118 to 140 is the long way around, from 242 to 140 the short one. */
function toPosition({ latitude, longitude }: CoordinateData): [number, number] {
  return [longitude, latitude];
}

function toFlatPoint([longitude, latitude]: [number, number]): MapPoint {
  return new Coordinate(latitude, longitude).toUnwrappedMapPoint();
}

/** An area. The first list of coordinates is its outline; further lists are holes or separate areas, by the fill rule. */
export class PolygonOverlay extends Overlay {
  #points: Coordinate[][];

  constructor(points: readonly CoordinateData[] | readonly CoordinateData[][], options?: OverlayOptions) {
    super(options);
    this.#points = toRings(points);
  }

  /** A copy: to change the area, assign other lists. */
  get points(): Coordinate[][] {
    return this.#points.map(ring => ring.map(point => point.copy()));
  }

  set points(value: readonly CoordinateData[] | readonly CoordinateData[][]) {
    this.#points = toRings(value);
    this._changed();
  }

  override get _isArea(): boolean {
    return true;
  }

  override _rings(): Ring[] {
    return this.#points.map(ring => ring.map(toPosition));
  }

  override _extent(): Coordinate[] {
    return this.#points.flat();
  }
}

function toRings(points: readonly CoordinateData[] | readonly CoordinateData[][]): Coordinate[][] {
  const rings = Array.isArray(points?.[0]) ? (points as readonly CoordinateData[][]) : [points as readonly CoordinateData[]];
  return rings.map(ring => toPoints(ring, "PolygonOverlay: points"));
}
