/** Modules that the libraries' chunk uses from the core, by path; build.mjs reads the list. */

import * as console from "./console";
import * as enumerations from "./enumerations";
import * as host from "./host";
import * as session from "./session";
import * as bootstrap from "./bootstrap";
import * as emitter from "../events/emitter";
import * as cameraZoomRange from "../geometry/camera_zoom_range";
import * as numbers from "../geometry/numbers";
import * as padding from "../geometry/padding";
import * as points from "../geometry/points";
import * as regions from "../geometry/regions";
import * as filters from "../services/filters";
import * as maplibre from "../map/maplibre";
import * as place from "../services/place";
import * as request from "../services/request";

const modules = {
  "core/bootstrap": bootstrap,
  "core/console": console,
  "core/enumerations": enumerations,
  "core/host": host,
  "core/session": session,
  "events/emitter": emitter,
  "geometry/camera_zoom_range": cameraZoomRange,
  "geometry/numbers": numbers,
  "geometry/padding": padding,
  "geometry/points": points,
  "geometry/regions": regions,
  "map/maplibre": maplibre,
  "services/filters": filters,
  "services/place": place,
  "services/request": request,
};

/** Make the modules available to the chunk. */
export function shareModules(): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for("trigpoint.mapkit")] = modules;
}
