/** The libraries that a page can load in addition to mapkit.core.js, and the members of `mapkit` in each. */

export const LIBRARIES = [
  "services", "full-map", "map", "overlays", "annotations", "geojson", "user-location", "look-around",
] as const;
export type LibraryName = (typeof LIBRARIES)[number];

/** The members of each library; all others are always available. */
export const MEMBERS: Readonly<Record<LibraryName, readonly string[]>> = {
  services: ["Geocoder", "Search", "PlaceLookup", "Directions", "PointsOfInterestSearch"],
  map: ["Map"],
  "full-map": ["Map", "PlaceAnnotation", "MapFeatureAnnotation", "PlaceDetail", "PlaceSelectionAccessory"],
  overlays: ["CircleOverlay", "PolylineOverlay", "PolygonOverlay", "TileOverlay", "Style", "LineGradient"],
  annotations: ["Annotation", "MarkerAnnotation", "ImageAnnotation"],
  geojson: ["importGeoJSON"],
  "user-location": [],
  "look-around": ["LookAround", "LookAroundPreview", "LookAroundScene"],
};

/** Libraries that include others: the full map includes annotations and overlays. */
const INCLUDES: Partial<Record<LibraryName, readonly LibraryName[]>> = {
  "full-map": ["map", "annotations", "overlays", "user-location"],
  overlays: ["map"],
  annotations: ["map"],
  geojson: ["overlays", "annotations"],
};

function isLibrary(name: string): name is LibraryName {
  return (LIBRARIES as readonly string[]).includes(name);
}

/** Read library names, a list or a comma-separated string; throws for an unknown name. */
export function readLibraries(names: string | readonly string[]): LibraryName[] {
  const asked = (typeof names === "string" ? names.split(",") : [...names]).map(name => name.trim()).filter(Boolean);
  return asked.map(name => {
    if (isLibrary(name)) return name;
    throw new Error(`mapkit.load: a library is one of ${LIBRARIES.join(", ")}; got ${JSON.stringify(name)}.`);
  });
}

/** All members of some libraries, and of the libraries that they include. */
export function membersOf(libraries: Iterable<LibraryName>): Set<string> {
  const members = new Set<string>();
  const add = (name: LibraryName): void => {
    for (const member of MEMBERS[name]) members.add(member);
    for (const included of INCLUDES[name] ?? []) add(included);
  };
  for (const name of libraries) add(name);
  return members;
}

/** The libraries that have a member, for the error message if none of them is loaded. */
export function librariesWith(member: string): LibraryName[] {
  return LIBRARIES.filter(name => MEMBERS[name].includes(member));
}
