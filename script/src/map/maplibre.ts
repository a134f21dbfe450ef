/** MapLibre GL JS, fetched once, by the first map or when a page says that it will make one. */

import type * as MapLibre from "maplibre-gl";
import { asset } from "../core/host";

export type { MapLibre };

let chunk: Promise<typeof MapLibre> | null = null;

/** MapLibre's module, with its worker set up. A failed download is tried again by the next map. */
export function loadMapLibre(): Promise<typeof MapLibre> {
  if (!chunk) import(asset(__MAPLIBRE_SHARED__)).catch(() => {}); // the other half: asked for at once, not when it is named
  chunk ??= import(asset(__MAPLIBRE__)).then((module: typeof MapLibre) => {
    module.setWorkerUrl(asset(__MAPLIBRE_WORKER__));
    return module;
  });
  chunk.catch(() => (chunk = null));
  return chunk;
}

/** Fetch MapLibre before the first map asks for it. */
export function warmUp(): void {
  loadMapLibre().catch(() => undefined); // the map that needs it says why there is none
}
