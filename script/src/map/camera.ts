/** Camera calculations: which part of the unit square a view shows, and the pixels of points in it. */

import { clamp, wrap } from "../geometry/numbers";
import { MapPoint, type MapPointData } from "../geometry/points";
import type { PaddingData } from "../geometry/padding";
import { MapRect } from "../geometry/regions";

/** Pixels of the world at zoom 0, as MapLibre counts. */
export const WORLD_PX = 512;
export const MAX_ZOOM = 20;
const EARTH_CIRCUMFERENCE_M = 40075016.686;
/** Half of the camera's field of view of 30 degrees; Apple documents none (docs/divergences.md). */
const HALF_VIEW = (15 * Math.PI) / 180;
const RADIANS = Math.PI / 180;

/** The camera: the point at the centre of the padded frame, zoom, and rotation in degrees as in MapKit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly rotation: number;
}

/** The view on the page, CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly padding: PaddingData;
}

export interface Pixel {
  x: number;
  y: number;
}

/** Width and height of the frame within its padding, at least one pixel. */
export function innerSize({ width, height, padding }: Frame): { width: number; height: number } {
  return {
    width: Math.max(1, width - padding.left - padding.right),
    height: Math.max(1, height - padding.top - padding.bottom),
  };
}

function middle({ width, height, padding }: Frame): Pixel {
  return { x: (width + padding.left - padding.right) / 2, y: (height + padding.top - padding.bottom) / 2 };
}

function scale(zoom: number): number {
  return WORLD_PX * 2 ** zoom;
}

/** The lowest zoom at which the world is as high as the frame, so that nothing beyond the poles is seen. */
export function lowestZoom(frame: Frame): number {
  return Math.max(0, Math.log2(Math.max(1, frame.height) / WORLD_PX));
}

/** The camera that shows all of `rect`, as large as possible in the padded frame. */
export function fit(rect: MapRect, frame: Frame, rotation = 0): Camera {
  const inner = innerSize(frame);
  const [sine, cosine] = [Math.abs(Math.sin(rotation * RADIANS)), Math.abs(Math.cos(rotation * RADIANS))];
  const width = rect.size.width * cosine + rect.size.height * sine;
  const height = rect.size.width * sine + rect.size.height * cosine;
  const zoom = Math.min(
    Math.log2(inner.width / (WORLD_PX * Math.max(width, 1e-12))),
    Math.log2(inner.height / (WORLD_PX * Math.max(height, 1e-12))),
  );
  return { x: rect.midX(), y: rect.midY(), zoom: clamp(zoom, lowestZoom(frame), MAX_ZOOM), rotation };
}

/** The camera that shows all of `rect` with `extra` insets in addition to the frame's, at a zoom of at most `highest`. */
export function fitWithin(rect: MapRect, frame: Frame, extra: PaddingData, rotation: number, highest: number): Camera {
  const { padding } = frame;
  const inner: PaddingData = {
    top: padding.top + extra.top,
    right: padding.right + extra.right,
    bottom: padding.bottom + extra.bottom,
    left: padding.left + extra.left,
  };
  const framed = { ...frame, padding: inner };
  const fitted = fit(rect, framed, rotation);
  const zoom = Math.min(fitted.zoom, highest);
  // The middle of the smaller frame is beside the middle of the larger one, which the camera looks at.
  const beside = { ...fitted, zoom };
  const { x, y } = unproject(middle(frame), beside, framed);
  return { ...beside, x, y };
}

/** What the padded frame shows: for a turned map the rectangle around it. */
export function visibleRect(camera: Camera, frame: Frame): MapRect {
  const inner = innerSize(frame);
  const [sine, cosine] = [Math.abs(Math.sin(camera.rotation * RADIANS)), Math.abs(Math.cos(camera.rotation * RADIANS))];
  const width = (inner.width * cosine + inner.height * sine) / scale(camera.zoom);
  const height = (inner.width * sine + inner.height * cosine) / scale(camera.zoom);
  return new MapRect(camera.x - width / 2, camera.y - height / 2, width, height);
}

/** A function from points to pixels of the view, in the nearest copy of the world. */
export function projection(camera: Camera, frame: Frame): (point: MapPointData) => Pixel {
  const flat = flatProjection(camera, frame);
  return point => flat({ x: camera.x + wrap(point.x - camera.x + 0.5, 1) - 0.5, y: point.y });
}

/** The same for points whose x can be outside 0..1, as in lines around the world. */
export function flatProjection(camera: Camera, frame: Frame): (point: MapPointData) => Pixel {
  const at = middle(frame);
  const size = scale(camera.zoom);
  const sine = Math.sin(-camera.rotation * RADIANS);
  const cosine = Math.cos(-camera.rotation * RADIANS);
  return point => {
    const east = (point.x - camera.x) * size;
    const south = (point.y - camera.y) * size;
    return { x: at.x + east * cosine + south * sine, y: at.y - east * sine + south * cosine };
  };
}

/** The point of the unit square below a pixel of the view; x may be beyond 0..1. */
export function unproject(pixel: Pixel, camera: Camera, frame: Frame): MapPoint {
  const at = middle(frame);
  const [right, down] = [pixel.x - at.x, pixel.y - at.y];
  const sine = Math.sin(-camera.rotation * RADIANS);
  const cosine = Math.cos(-camera.rotation * RADIANS);
  const size = scale(camera.zoom);
  const x = camera.x + (right * cosine - down * sine) / size;
  return new MapPoint(x, clamp(camera.y + (right * sine + down * cosine) / size, 0, 1));
}

function latitudeFactor(y: number): number {
  return Math.cos(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))));
}

/** The height of the camera above the centre of the map, metres. */
export function distanceAt(camera: Camera, frame: Frame): number {
  const ground = (EARTH_CIRCUMFERENCE_M * latitudeFactor(camera.y) * Math.max(1, frame.height)) / scale(camera.zoom);
  return ground / 2 / Math.tan(HALF_VIEW);
}

/** The zoom at which the camera is `distance` metres high over a place with `y`. */
export function zoomAt(distance: number, y: number, frame: Frame): number {
  const ground = Math.max(1e-3, distance) * 2 * Math.tan(HALF_VIEW);
  return Math.log2((EARTH_CIRCUMFERENCE_M * latitudeFactor(y) * Math.max(1, frame.height)) / (WORLD_PX * ground));
}

/** The limits of the camera: a range of zooms, and a rectangle for its centre. */
export interface Limits {
  readonly lowest: number;
  readonly highest: number;
  readonly boundary: MapRect | null;
}

/** The nearest camera within the limits that shows nothing beyond the poles. */
export function constrain(camera: Camera, { lowest, highest, boundary }: Limits, frame: Frame): Camera {
  const floor = Math.max(lowest, lowestZoom(frame));
  const zoom = clamp(camera.zoom, floor, Math.max(floor, highest));
  let { x, y } = camera;
  if (boundary) {
    const east = wrap(x - boundary.midX() + 0.5, 1) - 0.5;
    x = boundary.midX() + clamp(east, -boundary.size.width / 2, boundary.size.width / 2);
    y = clamp(y, boundary.minY(), boundary.maxY());
  }
  const at = middle(frame).y / scale(zoom);
  const below = (frame.height - middle(frame).y) / scale(zoom);
  return { ...camera, x, y: at + below >= 1 ? 0.5 : clamp(y, at, 1 - below), zoom };
}
