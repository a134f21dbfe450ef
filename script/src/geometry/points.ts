/** Coordinates on the earth, and points of MapKit's unit square: Web Mercator, x 0..1 east, y 0..1 south. */

import { clamp, finite, shown, wrap } from "./numbers";

export interface CoordinateData {
  latitude: number;
  longitude: number;
}

export interface MapPointData {
  x: number;
  y: number;
}

/** Latitude at which Web Mercator is square, degrees. */
export const MAX_LATITUDE = 85.0511287798066;
const RADIANS = Math.PI / 180;
const EARTH_RADIUS_M = 6371008.8;

/** A latitude and a longitude, degrees. */
export class Coordinate implements CoordinateData {
  latitude: number;
  longitude: number;

  constructor(latitude = 0, longitude = 0) {
    this.latitude = finite(latitude, "Coordinate: latitude", "60.17");
    this.longitude = finite(longitude, "Coordinate: longitude", "24.94");
  }

  copy(): Coordinate {
    return new Coordinate(this.latitude, this.longitude);
  }

  equals(other: CoordinateData): boolean {
    return other.latitude === this.latitude && other.longitude === this.longitude;
  }

  /** The point of the unit square, with x wrapped into [0, 1]. */
  toMapPoint(): MapPoint {
    const point = this.toUnwrappedMapPoint();
    if (point.x < 0 || point.x > 1) point.x = wrap(point.x, 1);
    return point;
  }

  /** The point, with x outside 0..1 if the longitude is outside ±180. */
  toUnwrappedMapPoint(): MapPoint {
    const sine = Math.sin(clamp(this.latitude, -MAX_LATITUDE, MAX_LATITUDE) * RADIANS);
    return new MapPoint((this.longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI));
  }

  toString(): string {
    return `Coordinate(latitude: ${this.latitude}, longitude: ${this.longitude})`;
  }
}

/** A point of the unit square. `z` and `w`, as in a DOMPoint, have no meaning on the map. */
export class MapPoint implements MapPointData {
  x: number;
  y: number;
  z = 0;
  w = 1;

  constructor(x = 0, y = 0) {
    this.x = finite(x, "MapPoint: x", "0.5");
    this.y = finite(y, "MapPoint: y", "0.5");
  }

  copy(): MapPoint {
    return new MapPoint(this.x, this.y);
  }

  equals(other: MapPointData): boolean {
    return other.x === this.x && other.y === this.y;
  }

  toCoordinate(): Coordinate {
    const latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * this.y))) / RADIANS;
    const x = this.x >= 0 && this.x <= 1 ? this.x : wrap(this.x, 1);
    return new Coordinate(latitude, x * 360 - 180);
  }

  toString(): string {
    return `MapPoint(${this.x}, ${this.y})`;
  }
}

/** Read a coordinate, which may be a plain object. */
export function toCoordinate(value: unknown, where: string): Coordinate {
  if (value instanceof Coordinate) return value;
  if (typeof value === "object" && value !== null && "latitude" in value && "longitude" in value) {
    return new Coordinate(value.latitude as number, value.longitude as number);
  }
  throw new TypeError(
    `[MapKit] ${where} must be a Coordinate or an object like { latitude: 60.17, longitude: 24.94 }; got ${shown(value)}.`,
  );
}

/** Great-circle distance, metres. */
export function distanceBetween(from: CoordinateData, to: CoordinateData): number {
  const half = (degrees: number) => Math.sin((degrees * RADIANS) / 2) ** 2;
  const across = Math.cos(from.latitude * RADIANS) * Math.cos(to.latitude * RADIANS);
  const h = half(to.latitude - from.latitude) + across * half(to.longitude - from.longitude);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The coordinate `metres` away from `from` in the direction `bearing`, degrees clockwise from north. */
export function destination(from: CoordinateData, metres: number, bearing: number): Coordinate {
  const angle = metres / EARTH_RADIUS_M;
  const latitude = from.latitude * RADIANS;
  const sine = Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing * RADIANS);
  const east = Math.atan2(
    Math.sin(bearing * RADIANS) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sine,
  );
  return new Coordinate(Math.asin(clamp(sine, -1, 1)) / RADIANS, from.longitude + east / RADIANS);
}
