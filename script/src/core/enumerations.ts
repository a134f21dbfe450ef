/** The constants of MapKit JS, with the values in Apple's typings; deprecated names refer to the same tables. */

export const FeatureVisibility = Object.freeze({ Adaptive: "adaptive", Hidden: "hidden", Visible: "visible" } as const);
export type FeatureVisibility = (typeof FeatureVisibility)[keyof typeof FeatureVisibility];

export const MapType = Object.freeze({
  Satellite: "satellite",
  Hybrid: "hybrid",
  MutedStandard: "mutedStandard",
  Standard: "standard",
} as const);
export type MapType = (typeof MapType)[keyof typeof MapType];

export const ColorScheme = Object.freeze({ Dark: "dark", Light: "light", Adaptive: "adaptive" } as const);
export type ColorScheme = (typeof ColorScheme)[keyof typeof ColorScheme];

export const DistanceUnitSystem = Object.freeze({ Adaptive: "adaptive", Metric: "metric", Imperial: "imperial" } as const);
export type DistanceUnitSystem = (typeof DistanceUnitSystem)[keyof typeof DistanceUnitSystem];

export const MapLoadPriority = Object.freeze({
  LandCover: "LandCover",
  PointsOfInterest: "PointsOfInterest",
  None: null,
} as const);
export type MapLoadPriority = (typeof MapLoadPriority)[keyof typeof MapLoadPriority];

export const MapFeatureType = Object.freeze({
  PointOfInterest: "PointOfInterest",
  Territory: "Territory",
  PhysicalFeature: "PhysicalFeature",
} as const);
export type MapFeatureType = (typeof MapFeatureType)[keyof typeof MapFeatureType];

export const AnnotationCollisionMode = Object.freeze({ Rectangle: "rectangle", Circle: "circle", None: "none" } as const);
export type AnnotationCollisionMode = (typeof AnnotationCollisionMode)[keyof typeof AnnotationCollisionMode];

export const AnnotationDisplayPriority = Object.freeze({ Low: 250, High: 750, Required: 1000 } as const);

export const AddressCategory = Object.freeze({
  Country: "Country",
  AdministrativeArea: "AdministrativeArea",
  SubAdministrativeArea: "SubAdministrativeArea",
  Locality: "Locality",
  SubLocality: "SubLocality",
  PostalCode: "PostalCode",
} as const);
export type AddressCategory = (typeof AddressCategory)[keyof typeof AddressCategory];

export const RegionPriority = Object.freeze({ Default: "default", Required: "required" } as const);
export type RegionPriority = (typeof RegionPriority)[keyof typeof RegionPriority];

export const TransportType = Object.freeze({ Automobile: "AUTOMOBILE", Walking: "WALKING", Cycling: "CYCLING" } as const);
export type TransportType = (typeof TransportType)[keyof typeof TransportType];

export const PlaceSelectionAccessoryStyle = Object.freeze({
  Automatic: "automatic",
  Callout: "callout",
  FullCallout: "fullCallout",
  CompactCallout: "compactCallout",
  OpenInMaps: "openInMaps",
} as const);
export type PlaceSelectionAccessoryStyle =
  (typeof PlaceSelectionAccessoryStyle)[keyof typeof PlaceSelectionAccessoryStyle];

export const LookAroundReadyState = Object.freeze({
  Loading: "loading",
  Complete: "complete",
  Error: "error",
  Destroyed: "destroyed",
} as const);
export type LookAroundReadyState = (typeof LookAroundReadyState)[keyof typeof LookAroundReadyState];

export const LookAroundBadgePosition = Object.freeze({
  TopLeading: "topLeading",
  TopTrailing: "topTrailing",
  BottomTrailing: "bottomTrailing",
} as const);
export type LookAroundBadgePosition = (typeof LookAroundBadgePosition)[keyof typeof LookAroundBadgePosition];

/** Reasons why a bootstrap or a request fails: the statuses of contract §7.3. */
export const ConfigurationErrorStatus = Object.freeze({
  BadRequest: "Bad Request",
  Unauthorized: "Unauthorized",
  TooManyRequests: "Too Many Requests",
  MalformedResponse: "Malformed Response",
  Timeout: "Timeout",
  NetworkError: "Network Error",
  Unknown: "Unknown",
} as const);
export type ConfigurationErrorStatus = (typeof ConfigurationErrorStatus)[keyof typeof ConfigurationErrorStatus];

const CATEGORIES = [
  "Airport", "AmusementPark", "AnimalService", "Aquarium", "ATM", "AutomotiveRepair", "Bakery", "Bank", "Baseball",
  "Basketball", "Beach", "Beauty", "Bowling", "Brewery", "Cafe", "Campground", "CarRental", "Castle",
  "ConventionCenter", "Distillery", "EVCharger", "Fairground", "FireStation", "Fishing", "FitnessCenter",
  "FoodMarket", "Fortress", "GasStation", "GoKart", "Golf", "Hiking", "Hospital", "Hotel", "Kayaking", "Landmark",
  "Laundry", "Library", "Mailbox", "Marina", "MiniGolf", "MovieTheater", "Museum", "MusicVenue",
  "NationalMonument", "NationalPark", "Nightlife", "Park", "Parking", "Pharmacy", "Planetarium", "Police",
  "PostOffice", "PublicTransport", "Restaurant", "Restroom", "RockClimbing", "RVPark", "School", "SkatePark",
  "Skating", "Skiing", "Soccer", "Spa", "Stadium", "Store", "Surfing", "Swimming", "Tennis", "Theater",
  "University", "Volleyball", "Winery", "Zoo",
] as const;
export type PointOfInterestCategory = (typeof CATEGORIES)[number];
export const PointOfInterestCategory = Object.freeze(
  Object.fromEntries(CATEGORIES.map(name => [name, name])),
) as Readonly<{ [K in PointOfInterestCategory]: K }>;
