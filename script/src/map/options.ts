/** What the constructor of a map takes, in the order in which it is set: what holds the camera first, then where it looks. */

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
