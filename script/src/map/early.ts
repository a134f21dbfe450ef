/** First in mapkit.js: starts the download of MapLibre before the rest of the script runs. */

import { tag } from "../core/host";
import { warmUp } from "./maplibre";

// With data-libraries, mapkit.load() starts it if there will be a map.
if (!tag?.dataset["libraries"]) warmUp();
