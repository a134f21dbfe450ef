/** The members of a map about its camera: region, centre, rotation, distance, and their limits. */

import { Emitter } from "../events/emitter";
import { CameraZoomRange, type CameraZoomRangeData } from "../geometry/camera_zoom_range";
import { finite, wrap } from "../geometry/numbers";
import { Padding, type PaddingData } from "../geometry/padding";
import { Coordinate, type CoordinateData, MapPoint, toCoordinate } from "../geometry/points";
import { CoordinateRegion, type CoordinateRegionData, type MapRect, type MapRectData, toMapRect, toRegion } from "../geometry/regions";
import { distanceAt, MAX_ZOOM, visibleRect, zoomAt } from "./camera";
import type { Stage } from "./stage";

export interface CameraBoundary {
  readonly region: CoordinateRegion;
  readonly mapRect: MapRect;
}

/** Where an element begins, as a point of its page. */
export function pageOffset(view: Element): { left: number; top: number } {
  const box = view.getBoundingClientRect();
  const page = view.ownerDocument.defaultView ?? window;
  return { left: box.left + page.scrollX, top: box.top + page.scrollY };
}

export abstract class CameraMap extends Emitter {
  abstract readonly _stage: Stage;
  #zoomRange: CameraZoomRange | undefined;
  #boundary: CameraBoundary | null = null;

  get padding(): Padding {
    return this._stage.padding.copy();
  }

  set padding(value: PaddingData | null | undefined) {
    this._stage.padding = new Padding(value ?? {});
  }

  get visibleMapRect(): MapRect {
    const { wanted, camera, frame } = this._stage;
    return wanted?.copy() ?? visibleRect(camera, frame);
  }

  set visibleMapRect(value: MapRectData) {
    this.setVisibleMapRectAnimated(value, false);
  }

  setVisibleMapRectAnimated(mapRect: MapRectData, animated = true): this {
    this._stage.show(toMapRect(mapRect, "Map: visibleMapRect"), animated);
    return this;
  }

  get region(): CoordinateRegion {
    return this.visibleMapRect.toCoordinateRegion();
  }

  set region(value: CoordinateRegionData) {
    this.setRegionAnimated(value, false);
  }

  setRegionAnimated(region: CoordinateRegionData, animated = true): this {
    this._stage.show(toRegion(region, "Map: region").toMapRect(), animated);
    return this;
  }

  get center(): Coordinate {
    const { x, y } = this._stage.camera;
    return new MapPoint(x, y).toCoordinate();
  }

  set center(value: CoordinateData) {
    this.setCenterAnimated(value, false);
  }

  setCenterAnimated(coordinate: CoordinateData, animated = true): this {
    const { x, y } = toCoordinate(coordinate, "Map: center").toUnwrappedMapPoint();
    const { wanted } = this._stage;
    if (wanted) {
      const moved = wanted.copy();
      moved.origin = { x: x - wanted.size.width / 2, y: y - wanted.size.height / 2 };
      this._stage.show(moved, false);
    } else this._stage.move({ x, y }, animated);
    return this;
  }

  /** Degrees; 90 turns the map so that the west is on top. */
  get rotation(): number {
    return wrap(this._stage.camera.rotation, 360);
  }

  set rotation(value: number) {
    this.setRotationAnimated(value, false);
  }

  setRotationAnimated(degrees: number, animated = true): this {
    this._stage.move({ rotation: wrap(finite(degrees, "Map: rotation", "90"), 360) }, animated);
    return this;
  }

  get isRotationAvailable(): boolean {
    return true;
  }

  set isRotationAvailable(_: boolean) {
    // Read-only; MapKit JS ignores assignments silently.
  }

  /** Metres from the camera to the centre of the map. */
  get cameraDistance(): number {
    return distanceAt(this._stage.camera, this._stage.frame);
  }

  set cameraDistance(value: number) {
    this.setCameraDistanceAnimated(value, false);
  }

  setCameraDistanceAnimated(distance: number, animated = true): this {
    const { camera, frame } = this._stage;
    this._stage.move({ zoom: zoomAt(finite(distance, "Map: cameraDistance", "2000"), camera.y, frame) }, animated);
    return this;
  }

  get cameraZoomRange(): CameraZoomRange | undefined {
    return this.#zoomRange ?? new CameraZoomRange();
  }

  set cameraZoomRange(value: CameraZoomRangeData | null | undefined) {
    this.setCameraZoomRangeAnimated(value ?? null, false);
  }

  setCameraZoomRangeAnimated(range: CameraZoomRangeData | null, animated = true): this {
    this.#zoomRange = range ? new CameraZoomRange(range) : undefined;
    this._stage.limit(this.#zoomLimits(), animated);
    return this;
  }

  get cameraBoundary(): CameraBoundary | null {
    return this.#boundary;
  }

  set cameraBoundary(value: CoordinateRegionData | MapRectData | CameraBoundary | null | undefined) {
    this.setCameraBoundaryAnimated(value ?? null, false);
  }

  setCameraBoundaryAnimated(boundary: CoordinateRegionData | MapRectData | CameraBoundary | null, animated = true): this {
    this.#boundary = boundary ? readBoundary(boundary) : null;
    this._stage.limit({ boundary: this.#boundary?.mapRect ?? null }, animated);
    return this;
  }

  /** A point of the page, CSS pixels, for a coordinate. */
  convertCoordinateToPointOnPage(coordinate: CoordinateData): DOMPoint {
    const point = toCoordinate(coordinate, "Map: coordinate").toMapPoint();
    const { x, y } = this._stage.project(point);
    const { left, top } = pageOffset(this._stage.element);
    return new DOMPoint(left + x, top + y);
  }

  convertPointOnPageToCoordinate(point: { x: number; y: number }): Coordinate {
    const { left, top } = pageOffset(this._stage.element);
    return this._stage.unproject({ x: point.x - left, y: point.y - top }).toCoordinate();
  }

  /** The zoom range depends on latitude and size: call this when they change. */
  protected refreshLimits(): void {
    if (!this.#zoomRange) return;
    const { lowest, highest } = this.#zoomLimits();
    const { limits } = this._stage;
    if (Math.abs(limits.lowest - lowest) + Math.abs(limits.highest - highest) > 1e-3) this._stage.limit({ lowest, highest });
  }

  #zoomLimits(): { lowest: number; highest: number } {
    const range = this.#zoomRange;
    if (!range) return { lowest: 0, highest: MAX_ZOOM };
    const { camera, frame } = this._stage;
    const { minCameraDistance: nearest, maxCameraDistance: farthest } = range;
    return {
      lowest: Number.isFinite(farthest) ? zoomAt(farthest, camera.y, frame) : 0,
      highest: nearest > 0 ? Math.min(MAX_ZOOM, zoomAt(nearest, camera.y, frame)) : MAX_ZOOM,
    };
  }
}

function readBoundary(value: CoordinateRegionData | MapRectData | CameraBoundary): CameraBoundary {
  if ("mapRect" in value) return value;
  if ("origin" in value) {
    const mapRect = toMapRect(value, "Map: cameraBoundary");
    return { mapRect, region: mapRect.toCoordinateRegion() };
  }
  const region = toRegion(value, "Map: cameraBoundary").copy();
  return { region, mapRect: region.toMapRect() };
}
