/** The options of a map's constructor, in the order in which they are set: first the camera's limits, then the camera. */

import type { Annotation } from "../annotations/annotation";
import type { CoordinateData } from "../geometry/points";
import type { CoordinateRegionData } from "../geometry/regions";

export const OPTIONS = [
  "loadPriority", "mapType", "colorScheme", "distances", "tintColor", "isScrollEnabled", "isZoomEnabled",
  "isRotationEnabled", "selectableMapFeatures", "selectableMapFeatureSelectionAccessory", "pointOfInterestFilter",
  "showsPointsOfInterest", "showsZoomControl", "showsMapTypeControl", "showsUserLocationControl", "showsScale",
  "showsCompass", "padding", "annotationForCluster", "annotationForMapFeature", "visibleMapRect", "region", "center",
  "cameraDistance", "cameraZoomRange", "cameraBoundary", "rotation", "tileOverlays", "overlays", "annotations",
  "selectedOverlay", "selectedAnnotation", "showsUserLocation", "tracksUserLocation",
] as const;

export type MapConstructorOptions = Partial<Record<(typeof OPTIONS)[number], unknown>> & {
  region?: CoordinateRegionData;
  center?: CoordinateData;
  annotations?: Annotation[];
  _allowWheelToZoom?: boolean;
};
