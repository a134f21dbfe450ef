/** Tiles of the page above the map. */

import { Emitter } from "../events/emitter";
import { shown } from "../geometry/numbers";
import type { ImageSource } from "../annotations/images";
import type { MapView } from "../map/map";

export type TileUrlTemplate =
  | string
  | ((x: number, y: number, z: number, scale: number, data: unknown) => string | null);
export type TileImageCallback = (
  x: number,
  y: number,
  z: number,
  scale: number,
  data: unknown,
) => ImageSource | Promise<ImageSource> | string | null;

export interface TileOverlayOptions {
  minimumZ?: number;
  maximumZ?: number;
  opacity?: number;
  data?: Record<string, unknown>;
}

/** With what the IDs of tile overlays begin. */
export const TILES = "mk-tiles-";

let lastId = 0;
const overlays = new Map<string, WeakRef<TileOverlay>>();

/** The overlay with the ID in a tile's URL. */
export function overlayById(id: string): TileOverlay | undefined {
  return overlays.get(id)?.deref();
}

export class TileOverlay extends Emitter {
  readonly _id = `${TILES}${++lastId}`;
  _map: MapView | null = null;
  #image: TileUrlTemplate | TileImageCallback;
  #minimumZ: number | null;
  #maximumZ: number | null;
  #opacity = 1;
  #data: Record<string, unknown>;

  constructor(imageForTile: TileUrlTemplate | TileImageCallback, options: TileOverlayOptions = {}) {
    super();
    this.#image = readImage(imageForTile);
    this.#minimumZ = options.minimumZ ?? null;
    this.#maximumZ = options.maximumZ ?? null;
    this.#data = options.data ?? {};
    this.opacity = options.opacity ?? 1;
    overlays.set(this._id, new WeakRef(this));
  }

  get map(): MapView | null {
    return this._map;
  }

  /** A URL template with {x}, {y}, {z}, {scale} and names of `data`, or a function that returns a URL or an image. */
  get imageForTile(): TileUrlTemplate | TileImageCallback {
    return this.#image;
  }

  set imageForTile(value: TileUrlTemplate | TileImageCallback) {
    this.#image = readImage(value);
    this.reload();
  }

  get urlTemplate(): TileUrlTemplate | TileImageCallback {
    return this.#image;
  }

  set urlTemplate(value: TileUrlTemplate | TileImageCallback) {
    this.imageForTile = value;
  }

  get minimumZ(): number | null {
    return this.#minimumZ;
  }

  set minimumZ(value: number | null) {
    this.#minimumZ = value;
    this.reload();
  }

  get maximumZ(): number | null {
    return this.#maximumZ;
  }

  set maximumZ(value: number | null) {
    this.#maximumZ = value;
    this.reload();
  }

  get opacity(): number {
    return this.#opacity;
  }

  set opacity(value: number) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`[MapKit] TileOverlay: opacity must be from 0 to 1; got ${value}.`);
    this.#opacity = value;
    this._map?._tileOverlayChanged(this, "opacity");
  }

  get data(): Record<string, unknown> {
    return this.#data;
  }

  set data(value: Record<string, unknown>) {
    this.#data = value;
    this.reload();
  }

  reload(): void {
    this._map?._tileOverlayChanged(this, "tiles");
  }
}

function readImage(value: unknown): TileUrlTemplate | TileImageCallback {
  if (typeof value === "string" || typeof value === "function") return value as TileUrlTemplate;
  const example = '"https://tiles.example.com/{z}/{x}/{y}.png"';
  throw new TypeError(`[MapKit] TileOverlay: imageForTile must be a template, for example ${example}, or a function; got ${shown(value)}.`);
}
