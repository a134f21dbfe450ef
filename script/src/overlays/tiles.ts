/** Loads the tiles of tile overlays for MapLibre with a custom protocol, from URL templates, functions or images. */

import type { RasterSourceSpecification, RequestParameters } from "maplibre-gl";
import { warn } from "../core/console";
import { loaded } from "../map/maplibre";
import { overlayById, type TileOverlay } from "./tile_overlay";

const PROTOCOL = "mapkit-tile";
/** Size of tiles in MapKit JS, pixels. */
const TILE_PX = 256;
const MAX_Z = 22;

let isRegistered = false;

/** Tell MapLibre of the protocol before it needs it: without, it would request the tiles from the network. */
function register(): void {
  if (!isRegistered) loaded?.addProtocol(PROTOCOL, (request, abort) => load(request, abort));
  isRegistered = loaded !== null;
}

/** The source of an overlay. */
export function tileSource(overlay: TileOverlay): RasterSourceSpecification {
  register();
  return {
    type: "raster",
    tiles: [`${PROTOCOL}://${overlay._id}/{z}/{x}/{y}`],
    tileSize: TILE_PX,
    minzoom: overlay.minimumZ ?? 0,
    maxzoom: overlay.maximumZ ?? MAX_Z,
  };
}

async function load({ url }: RequestParameters, abort: AbortController): Promise<{ data: ArrayBuffer | ImageBitmap | HTMLImageElement }> {
  const [id, z, x, y] = url.slice(PROTOCOL.length + 3).split("/");
  const overlay = overlayById(id!);
  const scale = devicePixelRatio > 1 ? 2 : 1;
  const empty = { data: await createImageBitmap(new ImageData(1, 1)) };
  if (!overlay) return empty;
  let address = "";
  try {
    const image = imageFor(overlay, Number(x), Number(y), Number(z), scale);
    if (!image) return empty;
    if (typeof image !== "string") return { data: await createImageBitmap(await image) };
    address = image;
    return { data: await picture(image, abort.signal) };
  } catch (error) {
    if (!abort.signal.aborted) report(overlay, address, error);
    throw error;
  }
}

/** Load a picture as pages do, so that a policy needs to allow it as a picture only. */
function picture(url: string, signal: AbortSignal): Promise<HTMLImageElement> {
  const image = new Image();
  image.crossOrigin = "anonymous";
  return new Promise((resolve, reject) => {
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("there is no picture that this page may read (CORS)."));
    signal.addEventListener("abort", () => {
      image.src = "";
      reject(signal.reason as Error);
    });
    image.src = url;
  });
}

const reported = new WeakSet<TileOverlay>();

/** Tell the page of a tile that did not come; the console only of the first of an overlay. */
function report(overlay: TileOverlay, tileUrl: string, error: unknown): void {
  const members = { tileOverlay: overlay, tileUrl };
  overlay._map?.emit("tile-error", members);
  overlay.emit("tile-error", members);
  if (reported.has(overlay)) return;
  reported.add(overlay);
  const why = error instanceof Error ? error.message : String(error);
  warn(`TileOverlay: a tile could not be loaded, and is left out like others of this overlay: ${tileUrl || "imageForTile"}: ${why}`);
}

function imageFor(overlay: TileOverlay, x: number, y: number, z: number, scale: number) {
  const { imageForTile, data } = overlay;
  if (typeof imageForTile === "function") return imageForTile(x, y, z, scale, data);
  const values: Record<string, unknown> = { ...data, x, y, z, scale };
  return imageForTile.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
