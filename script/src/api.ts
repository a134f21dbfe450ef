/** Our classes by their names in Apple's typings, to check what is missing. */

import type { Annotation } from "./annotations/annotation";
import type { Overlay } from "./overlays/overlay";
import type { TileOverlay } from "./overlays/tile_overlay";
import type { Coordinate } from "./geometry/points";
import type { ConfigurationErrorStatus } from "./core/enumerations";

export { Annotation } from "./annotations/annotation";
export { ClusterAnnotation } from "./annotations/cluster";
export { GlyphImage as MapFeatureAnnotationGlyphImage } from "./annotations/glyphs";
export { ImageAnnotation } from "./annotations/image";
export { MapFeatureAnnotation } from "./annotations/map_feature";
export { MarkerAnnotation } from "./annotations/marker";
export { PlaceAnnotation } from "./annotations/place";
export type { FullMapKit as MapKit } from "./core/full";
export { CameraZoomRange } from "./geometry/camera_zoom_range";
export { Padding } from "./geometry/padding";
export { Coordinate, MapPoint } from "./geometry/points";
export { BoundingRegion, CoordinateRegion, CoordinateSpan, MapRect, MapSize } from "./geometry/regions";
export { GeoJSONImportError } from "./geojson/import";
export { ItemCollection } from "./geojson/items";
export { AbstractLookAround, LookAround, LookAroundPreview, LookAroundScene } from "./look_around/look_around";
export { MapView as Map } from "./map/map";
export { UserLocationAnnotation } from "./map/user_location";
export { LineGradient } from "./overlays/line_gradient";
export { Overlay } from "./overlays/overlay";
export { CircleOverlay, PolygonOverlay, PolylineOverlay } from "./overlays/shapes";
export { Style } from "./overlays/style";
export { TileOverlay } from "./overlays/tile_overlay";
export { PlaceSelectionAccessory } from "./places/accessory";
export { PlaceDetail } from "./places/detail";
export { Directions, Route, RouteStep } from "./services/directions";
export { AddressFilter, PointOfInterestFilter } from "./services/filters";
export { Geocoder } from "./services/geocoder";
export { Place, SearchAutocompleteResult } from "./services/place";
export { PlaceLookup } from "./services/place_lookup";
export { PointsOfInterestSearch } from "./services/points_of_interest";
export { RequestError } from "./services/request";
export { Search } from "./services/search";
export { Service } from "./services/service";

export { Emitter as MapKitEventTarget } from "./events/emitter";

// Events are DOM events with these members.
export type MapKitEvent = Event;
export type AnnotationDragEvent = Event & { coordinate: Coordinate };
export type MapAnnotationDragEvent = Event & { annotation: Annotation; coordinate: Coordinate | null };
export type MapAnnotationSelectionEvent = Event & { annotation: Annotation };
export type MapEvent = Event & { pointOnPage: DOMPoint; domEvents: Event[] };
export type MapKitConfigurationChangeEvent = Event & { status: "Initialized" | "Refreshed" };
export type MapKitConfigurationErrorEvent = Event & { status: ConfigurationErrorStatus; message: string };
export type MapKitLibraryLoadEvent = Event & { libraries: string[] };
export type MapOverlaySelectionEvent = Event & { overlay: Overlay };
export type MapUserLocationChangeEvent = Event & { coordinate: Coordinate; timestamp: Date; floorLevel: number | null };
export type MapUserLocationErrorEvent = Event & { code: number; message: string };
export type TileOverlayErrorEvent = Event & { tileOverlay: TileOverlay; tileUrl: string };
