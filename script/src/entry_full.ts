/** mapkit.js: all libraries, for a plain script tag; MapLibre is downloaded in separate chunks at the same time. */

import "./map/early";
import { early } from "./core/early";
import { defineMembers, MapKit } from "./core/kit";
import { obeyTag } from "./core/tag";
import { parts } from "./parts";

defineMembers(early);
const page = globalThis as unknown as { mapkit?: MapKit };
page.mapkit ??= new MapKit(parts, () => Promise.resolve(parts));
void obeyTag(page.mapkit);
