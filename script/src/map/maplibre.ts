/** Downloads MapLibre GL JS once, for the first map or before. */

import type * as MapLibre from "maplibre-gl";
import { asset } from "../core/host";

export type { MapLibre };

let chunk: Promise<typeof MapLibre> | null = null;

/** MapLibre's module, with its worker configured. After a failure, the next map tries again. */
export function loadMapLibre(): Promise<typeof MapLibre> {
  if (!chunk) import(asset(__MAPLIBRE_SHARED__)).catch(() => {}); // the other half: asked for at once, not when it is named
  chunk ??= import(asset(__MAPLIBRE__)).then((module: typeof MapLibre) => {
    module.setWorkerUrl(asset(__MAPLIBRE_WORKER__));
    return module;
  });
  chunk.catch(() => (chunk = null));
  return chunk;
}

/** Start the download of MapLibre before the first map needs it. */
export function warmUp(): void {
  loadMapLibre().catch(() => undefined); // the map that needs it says why there is none
}
