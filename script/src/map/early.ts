/** First in mapkit.js: what draws maps is asked for before the rest of the script runs. Nothing else depends on it. */

import { tag } from "../core/host";
import { warmUp } from "./maplibre";

// A tag with data-libraries says whether there will be a map; mapkit.load() listens to it.
if (!tag?.dataset["libraries"]) warmUp();
