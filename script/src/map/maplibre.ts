/** Downloads MapLibre GL JS once, for the first map or before. */

import type * as MapLibre from "maplibre-gl";
import { asset } from "../core/host";

export type { MapLibre };

let chunk: Promise<typeof MapLibre> | null = null;
let failures = 0;
/** MapLibre's module; null until it is loaded. */
export let loaded: typeof MapLibre | null = null;

/** MapLibre's module, with its worker configured. After a failure, the next call tries again. */
export function loadMapLibre(): Promise<typeof MapLibre> {
  return (chunk ??= load());
}

async function load(): Promise<typeof MapLibre> {
  try {
    import(asset(__MAPLIBRE_SHARED__)).catch(() => {}); // the other half: asked for at once, not when it is named
    // Some browsers keep the failure of a module for its address.
    const module: typeof MapLibre = await import(asset(__MAPLIBRE__) + (failures ? `?again=${failures}` : ""));
    module.setWorkerUrl(asset(__MAPLIBRE_WORKER__));
    return (loaded = module);
  } catch (error) {
    chunk = null;
    failures++;
    throw error;
  }
}

/** Start the download of MapLibre before the first map needs it. */
export function warmUp(): void {
  loadMapLibre().catch(() => undefined); // the map that needs it says why there is none
}
