/** The plain members of a map: defaults, and reading of assigned values. */

import { ColorScheme, DistanceUnitSystem, FeatureVisibility, type MapFeatureType, MapLoadPriority, MapType } from "../core/enumerations";
import { warn } from "../core/console";
import { shown } from "../geometry/numbers";
import type { PointOfInterestFilter } from "../services/filters";

export interface Values {
  mapType: MapType;
  colorScheme: ColorScheme;
  distances: DistanceUnitSystem;
  loadPriority: MapLoadPriority;
  isScrollEnabled: boolean;
  isZoomEnabled: boolean;
  isRotationEnabled: boolean;
  showsCompass: FeatureVisibility;
  showsScale: FeatureVisibility;
  showsZoomControl: boolean;
  showsMapTypeControl: boolean;
  showsUserLocationControl: boolean;
  showsPointsOfInterest: boolean;
  pointOfInterestFilter: PointOfInterestFilter | null;
  showsUserLocation: boolean;
  tracksUserLocation: boolean;
  tintColor: string;
  selectableMapFeatures: MapFeatureType[];
  allowWheelToZoom: boolean;
}

export function defaults(): Values {
  return {
    mapType: MapType.Standard,
    colorScheme: ColorScheme.Light,
    distances: DistanceUnitSystem.Adaptive,
    loadPriority: MapLoadPriority.None,
    isScrollEnabled: true,
    isZoomEnabled: true,
    isRotationEnabled: true,
    showsCompass: FeatureVisibility.Adaptive,
    showsScale: FeatureVisibility.Hidden,
    showsZoomControl: !isTouch(),
    showsMapTypeControl: true,
    showsUserLocationControl: false,
    showsPointsOfInterest: true,
    pointOfInterestFilter: null,
    showsUserLocation: false,
    tracksUserLocation: false,
    tintColor: "",
    selectableMapFeatures: [],
    allowWheelToZoom: false,
  };
}

/** Read a `FeatureVisibility`, which pages also write as true, false or a number; another text is reported and ignored. */
export function toVisibility(value: unknown, before: FeatureVisibility, member: string): FeatureVisibility {
  if (value === undefined || value === null) return FeatureVisibility.Adaptive;
  const known = Object.values(FeatureVisibility).find(visibility => visibility === value);
  if (known) return known;
  if (typeof value === "boolean" || typeof value === "number") return value ? FeatureVisibility.Visible : FeatureVisibility.Hidden;
  warn(`${member} must be one of mapkit.FeatureVisibility, for example "adaptive"; got ${shown(value)}, which is ignored.`);
  return before;
}

/** Read a `ColorScheme`; another value is reported and ignored. */
export function toScheme(value: unknown, before: ColorScheme, member: string): ColorScheme {
  const known = Object.values(ColorScheme).find(scheme => scheme === value);
  if (!known) warn(`${member} must be one of mapkit.ColorScheme, for example "dark"; got ${shown(value)}, which is ignored.`);
  return known ?? before;
}

/** Whether the main pointer is a finger. */
export function isTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** The parent element that a page passes, or names by its id; null if it is set later. `where` is for error messages. */
export function findParent(parent: string | Element | null | undefined, where = "Map"): Element | null {
  if (typeof parent !== "string") {
    if (parent === null || parent === undefined || parent.nodeType === 1) return parent ?? null;
    throw new TypeError(`[MapKit] ${where}: parent must be an element or its id; got ${shown(parent)}.`);
  }
  const found = document.getElementById(parent.replace(/^#/, ""));
  if (found) return found;
  throw new Error(`[MapKit] ${where}: there is no element with the id ${JSON.stringify(parent)} in this page.`);
}
