/** The type of `mapkit` with every library, as pages see it. */

import type { early } from "./early";
import type * as enumerations from "./enumerations";
import type { MapKit } from "./kit";
import type { parts } from "../parts";

type Enumerations = Omit<typeof enumerations, "LookAroundReadyState" | "LookAroundBadgePosition" | "PlaceSelectionAccessoryStyle" | "ConfigurationErrorStatus">;
export type FullMapKit = MapKit & typeof early & Enumerations & Omit<typeof parts, keyof MapKit>;
