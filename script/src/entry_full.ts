/** mapkit.js: everything at once, for a plain script tag; MapLibre comes in chunks of its own meanwhile. */

import "./map/early";
import { early } from "./core/early";
import { defineMembers, MapKit } from "./core/kit";
import { obeyTag } from "./core/tag";
import { parts } from "./parts";

defineMembers(early);
const page = globalThis as unknown as { mapkit?: MapKit };
page.mapkit ??= new MapKit(parts, () => Promise.resolve(parts));
void obeyTag(page.mapkit);
