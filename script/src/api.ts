/** Our classes under the names of Apple's typings, for the check of what is missing. */

export { MapKit } from "./core/kit";
export { CameraZoomRange } from "./geometry/camera_zoom_range";
export { Padding } from "./geometry/padding";
export { Coordinate, MapPoint } from "./geometry/points";
export { BoundingRegion, CoordinateRegion, CoordinateSpan, MapRect, MapSize } from "./geometry/regions";
export { AddressFilter, PointOfInterestFilter } from "./services/filters";
export { Place, SearchAutocompleteResult } from "./services/place";
export { RequestError } from "./services/request";
