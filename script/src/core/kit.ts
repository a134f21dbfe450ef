/** `mapkit` itself: start, language, libraries, and the classes of those that are loaded. */

import { Emitter } from "../events/emitter";
import { complain, warn, warnOnce } from "./console";
import * as enumerations from "./enumerations";
import { tag, version } from "./host";
import { type LibraryName, librariesWith, LIBRARIES, membersOf, readLibraries } from "./libraries";
import { nameMembers } from "../geometry/numbers";
import { warmUp } from "../map/maplibre";
import { type AuthorizationCallback, session } from "./session";

export interface MapKitInitializationOptions {
  authorizationCallback?: AuthorizationCallback;
  language?: string | null;
  libraries?: string[];
}

/** The exports of the libraries' chunk: members of `mapkit`, and lists of maps, cards and views. */
export type Parts = Readonly<Record<string, unknown>>;

const LANGUAGE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/;

function readLanguage(value: string | null | undefined): string {
  const wanted = value || (typeof navigator === "undefined" ? "" : navigator.language) || "en";
  if (LANGUAGE.test(wanted)) return wanted.replaceAll("_", "-");
  warn(`mapkit.language must be a BCP 47 tag, for example "en-GB"; got ${JSON.stringify(wanted)}. English is used.`);
  return "en";
}

export class MapKit extends Emitter {
  #loaded: LibraryName[] = [];
  #members = new Set<string>();
  #isFull: boolean;
  #parts: Parts = {};
  readonly #loadParts: () => Promise<Parts>;

  /** The full script passes `parts`; otherwise `loadParts` fetches them with the first library. */
  constructor(parts: Parts | null, loadParts: () => Promise<Parts>) {
    super();
    this.#isFull = parts !== null;
    this.#parts = parts ?? {};
    this.#loadParts = loadParts;
    if (parts) this.#loaded = [...LIBRARIES];
    session.language = readLanguage(null);
  }

  get version(): string {
    return version;
  }

  get build(): string {
    return __BUILD__;
  }

  get language(): string {
    return session.language;
  }

  set language(value: string) {
    session.language = readLanguage(value);
    for (const map of this.maps as { refreshLanguage?(): void }[]) map.refreshLanguage?.();
  }

  get Libraries(): string[] {
    return [...LIBRARIES];
  }

  get loadedLibraries(): string[] {
    return [...this.#loaded];
  }

  /** Initialize once, or again after a refusal: get a token from the page, and a bootstrap from the server. */
  init(options: MapKitInitializationOptions = {}): Promise<this> {
    if (session.started && !session.isRefused) {
      warn("mapkit.init() was called already; this call is ignored.");
      return Promise.resolve(this);
    }
    if (options.language) this.language = options.language;
    const token = tag?.dataset["token"] ?? tag?.dataset["initialToken"];
    const authorize = options.authorizationCallback ?? (token ? (done: (t: string) => void) => done(token) : null);
    if (typeof authorize !== "function") {
      const rule = "mapkit.init: authorizationCallback must be a function that calls done(token)";
      throw new TypeError(`[MapKit] ${rule}, unless the script tag has data-token.`);
    }
    session.start(
      authorize,
      status => this.emit("configuration-change", { status }),
      ({ status, message }) => this.emit("error", { status, message }),
    );
    const libraries = options.libraries ?? [];
    return libraries.length > 0 ? this.load(libraries) : Promise.resolve(this);
  }

  /** Load libraries by name. Afterwards their members of `mapkit` can be used. */
  async load(libraryNames: string | readonly string[]): Promise<this> {
    const asked = [libraryNames].flat();
    try {
      const libraries = readLibraries(libraryNames);
      // A page that loads the map library will create a map: start downloading MapLibre.
      if (membersOf(libraries).has("Map")) warmUp();
      if (!this.#isFull) {
        this.#parts = await this.#loadParts();
        this.#loaded = [...new Set([...this.#loaded, ...libraries])];
        this.#members = membersOf(this.#loaded);
      }
      this.emit("load", { libraries });
      return this;
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
      this.emit("load-error", { libraries: asked });
      throw error;
    }
  }

  get maps(): unknown[] {
    return [...((this.#parts["maps"] as unknown[] | undefined) ?? [])];
  }

  get placeDetails(): unknown[] {
    return [...((this.#parts["placeDetails"] as unknown[] | undefined) ?? [])];
  }

  get lookAroundViews(): unknown[] {
    return [...((this.#parts["lookAroundViews"] as unknown[] | undefined) ?? [])];
  }

  /** A member of a library. Until it is loaded it is undefined, as with Apple; the console then names the library to load. */
  member(name: string): unknown {
    if (this.#isFull || this.#members.has(name)) return this.#parts[name];
    const libraries = librariesWith(name);
    if (libraries.length === 0 && name in this.#parts) return this.#parts[name];
    const which = (libraries.length > 0 ? libraries : ["map"]).map(library => `"${library}"`).join(" or ");
    warnOnce(`mapkit.${name} is not loaded: await mapkit.load(${which}) first, or name it in data-libraries.`);
    return undefined;
  }
}

/** The members of `mapkit` that need a library. */
const LATE = [
  "Map", "Annotation", "MarkerAnnotation", "ImageAnnotation", "PlaceAnnotation", "MapFeatureAnnotation", "Style",
  "LineGradient", "CircleOverlay", "PolylineOverlay", "PolygonOverlay", "TileOverlay", "Geocoder", "Search",
  "PlaceLookup", "Directions", "PointsOfInterestSearch", "Place", "SearchAutocompleteResult", "PlaceDetail",
  "PlaceSelectionAccessory", "LookAround", "LookAroundPreview", "LookAroundScene", "importGeoJSON",
] as const;

for (const name of LATE) {
  Object.defineProperty(MapKit.prototype, name, {
    configurable: true,
    get(this: MapKit) {
      return this.member(name);
    },
  });
}

const EARLY = {
  ...enumerations,
};

/** Define the members of `mapkit` that need no library: constants, and those that the entry file passes. */
export function defineMembers(members: Readonly<Record<string, unknown>>): void {
  nameMembers(members);
  for (const [name, value] of Object.entries({ ...EARLY, ...members })) {
    Object.defineProperty(MapKit.prototype, name, { configurable: true, get: () => value });
  }
}
