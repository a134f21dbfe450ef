/** Areas: a centre with a span, four bounds in degrees, or a rectangle of the unit square. */

import { Coordinate, type CoordinateData, distanceBetween, MapPoint, type MapPointData, toCoordinate } from "./points";
import { finite, shown } from "./numbers";

export interface CoordinateSpanData {
  latitudeDelta: number;
  longitudeDelta: number;
}

export interface CoordinateRegionData {
  center: CoordinateData;
  span: CoordinateSpanData;
}

export interface MapSizeData {
  width: number;
  height: number;
}

export interface MapRectData {
  origin: MapPointData;
  size: MapSizeData;
}

/** Height and width of an area in degrees. */
export class CoordinateSpan implements CoordinateSpanData {
  latitudeDelta: number;
  longitudeDelta: number;

  constructor(latitudeDelta = 0, longitudeDelta = 0) {
    this.latitudeDelta = Math.max(0, finite(latitudeDelta, "CoordinateSpan: latitudeDelta", "0.1"));
    this.longitudeDelta = Math.max(0, finite(longitudeDelta, "CoordinateSpan: longitudeDelta", "0.1"));
  }

  copy(): CoordinateSpan {
    return new CoordinateSpan(this.latitudeDelta, this.longitudeDelta);
  }

  equals(other: CoordinateSpanData): boolean {
    return other.latitudeDelta === this.latitudeDelta && other.longitudeDelta === this.longitudeDelta;
  }

  toString(): string {
    return `CoordinateSpan(latitudeDelta: ${this.latitudeDelta}, longitudeDelta: ${this.longitudeDelta})`;
  }
}

/** An area around a centre. */
export class CoordinateRegion implements CoordinateRegionData {
  #center: Coordinate;
  #span: CoordinateSpan;

  constructor(center: CoordinateData = new Coordinate(), span: CoordinateSpanData = new CoordinateSpan()) {
    this.#center = toCoordinate(center, "CoordinateRegion: center").copy();
    this.#span = toSpan(span, "CoordinateRegion: span").copy();
  }

  get center(): Coordinate {
    return this.#center;
  }

  set center(value: CoordinateData) {
    this.#center = toCoordinate(value, "CoordinateRegion: center").copy();
  }

  get span(): CoordinateSpan {
    return this.#span;
  }

  set span(value: CoordinateSpanData) {
    this.#span = toSpan(value, "CoordinateRegion: span").copy();
  }

  /** Metres from the centre to the corner farthest away. */
  get radius(): number {
    const { northLatitude, southLatitude, eastLongitude } = this.toBoundingRegion();
    const corners = [northLatitude, southLatitude].map(latitude => new Coordinate(latitude, eastLongitude));
    return Math.max(...corners.map(corner => distanceBetween(this.#center, corner)));
  }

  copy(): CoordinateRegion {
    return new CoordinateRegion(this.#center, this.#span);
  }

  equals(other: CoordinateRegionData): boolean {
    return this.#center.equals(other.center) && this.#span.equals(other.span);
  }

  toBoundingRegion(): BoundingRegion {
    const north = this.#span.latitudeDelta / 2;
    const east = this.#span.longitudeDelta / 2;
    const { latitude, longitude } = this.#center;
    return new BoundingRegion(latitude + north, longitude + east, latitude - north, longitude - east);
  }

  toMapRect(): MapRect {
    const bounds = this.toBoundingRegion();
    const first = new Coordinate(bounds.northLatitude, bounds.westLongitude).toUnwrappedMapPoint();
    const last = new Coordinate(bounds.southLatitude, bounds.eastLongitude).toUnwrappedMapPoint();
    return new MapRect(first.x, first.y, last.x - first.x, last.y - first.y);
  }

  toString(): string {
    return `CoordinateRegion(center: ${this.#center}, span: ${this.#span})`;
  }
}

/** An area by its bounds in degrees. If east is less than west, it crosses the antimeridian. */
export class BoundingRegion {
  northLatitude: number;
  eastLongitude: number;
  southLatitude: number;
  westLongitude: number;

  constructor(northLatitude = 90, eastLongitude = 180, southLatitude = -90, westLongitude = -180) {
    this.northLatitude = finite(northLatitude, "BoundingRegion: northLatitude", "60.2");
    this.eastLongitude = finite(eastLongitude, "BoundingRegion: eastLongitude", "25.0");
    this.southLatitude = finite(southLatitude, "BoundingRegion: southLatitude", "60.1");
    this.westLongitude = finite(westLongitude, "BoundingRegion: westLongitude", "24.9");
  }

  copy(): BoundingRegion {
    return new BoundingRegion(this.northLatitude, this.eastLongitude, this.southLatitude, this.westLongitude);
  }

  toCoordinateRegion(): CoordinateRegion {
    const width = this.eastLongitude - this.westLongitude + (this.eastLongitude < this.westLongitude ? 360 : 0);
    const middle = this.westLongitude + width / 2;
    const center = new Coordinate((this.northLatitude + this.southLatitude) / 2, middle > 180 ? middle - 360 : middle);
    return new CoordinateRegion(center, new CoordinateSpan(this.northLatitude - this.southLatitude, width));
  }

  toString(): string {
    const { northLatitude, eastLongitude, southLatitude, westLongitude } = this;
    return `BoundingRegion(north: ${northLatitude}, east: ${eastLongitude}, south: ${southLatitude}, west: ${westLongitude})`;
  }
}

/** A width and a height in units of the unit square. */
export class MapSize implements MapSizeData {
  width: number;
  height: number;

  constructor(width = 0, height = 0) {
    this.width = Math.max(0, finite(width, "MapSize: width", "0.25"));
    this.height = Math.max(0, finite(height, "MapSize: height", "0.25"));
  }

  copy(): MapSize {
    return new MapSize(this.width, this.height);
  }

  equals(other: MapSizeData): boolean {
    return other.width === this.width && other.height === this.height;
  }

  toString(): string {
    return `MapSize(${this.width}, ${this.height})`;
  }
}

/** A rectangle of the unit square; `origin` is its north-west corner. */
export class MapRect implements MapRectData {
  #origin: MapPoint;
  #size: MapSize;

  constructor(x = 0, y = 0, width = 0, height = 0) {
    this.#origin = new MapPoint(x, y);
    this.#size = new MapSize(width, height);
  }

  get origin(): MapPoint {
    return this.#origin;
  }

  set origin(value: MapPointData) {
    this.#origin = new MapPoint(value.x, value.y);
  }

  get size(): MapSize {
    return this.#size;
  }

  set size(value: MapSizeData) {
    this.#size = new MapSize(value.width, value.height);
  }

  minX(): number {
    return this.#origin.x;
  }

  minY(): number {
    return this.#origin.y;
  }

  midX(): number {
    return this.#origin.x + this.#size.width / 2;
  }

  midY(): number {
    return this.#origin.y + this.#size.height / 2;
  }

  maxX(): number {
    return this.#origin.x + this.#size.width;
  }

  maxY(): number {
    return this.#origin.y + this.#size.height;
  }

  copy(): MapRect {
    return new MapRect(this.#origin.x, this.#origin.y, this.#size.width, this.#size.height);
  }

  equals(other: MapRectData): boolean {
    return this.#origin.equals(other.origin) && this.#size.equals(other.size);
  }

  /** The rectangle scaled by `scaleFactor` around `scaleCenter` (by default its centre). */
  scale(scaleFactor: number, scaleCenter: MapPointData = new MapPoint(this.midX(), this.midY())): MapRect {
    const x = scaleCenter.x + (this.minX() - scaleCenter.x) * scaleFactor;
    const y = scaleCenter.y + (this.minY() - scaleCenter.y) * scaleFactor;
    return new MapRect(x, y, this.#size.width * scaleFactor, this.#size.height * scaleFactor);
  }

  toCoordinateRegion(): CoordinateRegion {
    const north = new MapPoint(0, this.minY()).toCoordinate().latitude;
    const south = new MapPoint(0, this.maxY()).toCoordinate().latitude;
    const middle = new MapPoint(this.midX(), 0.5).toCoordinate().longitude;
    const span = new CoordinateSpan(north - south, Math.min(360, this.#size.width * 360));
    return new CoordinateRegion(new Coordinate((north + south) / 2, middle), span);
  }

  toString(): string {
    return `MapRect([${this.#origin.x}, ${this.#origin.y}], [${this.#size.width}, ${this.#size.height}])`;
  }
}

function toSpan(value: unknown, where: string): CoordinateSpan {
  if (value instanceof CoordinateSpan) return value;
  if (typeof value === "object" && value !== null && "latitudeDelta" in value && "longitudeDelta" in value) {
    return new CoordinateSpan(value.latitudeDelta as number, value.longitudeDelta as number);
  }
  throw new TypeError(`[MapKit] ${where} must be a CoordinateSpan; got ${shown(value)}.`);
}

/** Read a region that may be a plain object. */
export function toRegion(value: unknown, where: string): CoordinateRegion {
  if (value instanceof CoordinateRegion) return value;
  if (typeof value === "object" && value !== null && "center" in value && "span" in value) {
    return new CoordinateRegion(value.center as CoordinateData, value.span as CoordinateSpanData);
  }
  throw new TypeError(
    `[MapKit] ${where} must be a CoordinateRegion or an object with center and span; got ${shown(value)}.`,
  );
}

/** Read a map rectangle that may be a plain object. */
export function toMapRect(value: unknown, where: string): MapRect {
  if (value instanceof MapRect) return value;
  if (typeof value === "object" && value !== null && "origin" in value && "size" in value) {
    const { origin, size } = value as MapRectData;
    return new MapRect(origin.x, origin.y, size.width, size.height);
  }
  throw new TypeError(`[MapKit] ${where} must be a MapRect or an object with origin and size; got ${shown(value)}.`);
}
