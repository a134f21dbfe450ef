/** mapkit.core.js: initialization, geometry and constants; libraries are in a separate chunk. */

import { early } from "./core/early";
import { asset } from "./core/host";
import { defineMembers, MapKit, type Parts } from "./core/kit";
import { shareModules } from "./core/shared";
import { obeyTag } from "./core/tag";

let chunk: Promise<Parts> | null = null;

function loadParts(): Promise<Parts> {
  chunk ??= import(asset(__LIBRARIES_CHUNK__)).then((module: { parts: Parts }) => module.parts);
  chunk.catch(() => (chunk = null)); // the next load() tries again
  return chunk;
}

defineMembers(early);
shareModules();
const page = globalThis as unknown as { mapkit?: MapKit };
page.mapkit ??= new MapKit(null, loadParts);
void obeyTag(page.mapkit);
