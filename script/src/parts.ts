/** All members of `mapkit` that belong to libraries. */

import { Annotation } from "./annotations/annotation";
import { ImageAnnotation } from "./annotations/image";
import { MapFeatureAnnotation } from "./annotations/map_feature";
import { MarkerAnnotation } from "./annotations/marker";
import { PlaceAnnotation } from "./annotations/place";
import { importGeoJSON } from "./geojson/import";
import { nameMembers } from "./geometry/numbers";
import { LookAround, LookAroundPreview, LookAroundScene, lookAroundViews } from "./look_around/look_around";
import { maps, MapView } from "./map/map";
import { LineGradient } from "./overlays/line_gradient";
import { CircleOverlay, PolygonOverlay, PolylineOverlay } from "./overlays/shapes";
import { Style } from "./overlays/style";
import { TileOverlay } from "./overlays/tile_overlay";
import { PlaceSelectionAccessory } from "./places/accessory";
import { PlaceDetail, placeDetails } from "./places/detail";
import { Directions } from "./services/directions";
import { Geocoder } from "./services/geocoder";
import { Place, SearchAutocompleteResult } from "./services/place";
import { PlaceLookup } from "./services/place_lookup";
import { PointsOfInterestSearch } from "./services/points_of_interest";
import { Search } from "./services/search";

export const parts = {
  Annotation,
  CircleOverlay,
  Directions,
  Geocoder,
  ImageAnnotation,
  LineGradient,
  LookAround,
  LookAroundPreview,
  LookAroundScene,
  Map: MapView,
  MapFeatureAnnotation,
  MarkerAnnotation,
  Place,
  PlaceAnnotation,
  PlaceDetail,
  PlaceLookup,
  PlaceSelectionAccessory,
  PointsOfInterestSearch,
  PolygonOverlay,
  PolylineOverlay,
  Search,
  SearchAutocompleteResult,
  Style,
  TileOverlay,
  importGeoJSON,
  lookAroundViews,
  maps,
  placeDetails,
};

nameMembers(parts);
