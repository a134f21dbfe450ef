/** Finds points of interest around a place or in a region. */

import type { PointOfInterestCategory } from "../core/enumerations";
import { shown } from "../geometry/numbers";
import { type Coordinate, type CoordinateData, destination, distanceBetween, toCoordinate } from "../geometry/points";
import { BoundingRegion, type CoordinateRegion, type CoordinateRegionData, toRegion } from "../geometry/regions";
import type { PointOfInterestFilter } from "./filters";
import { Place, type PlaceBody } from "./place";
import type { Callback, Request } from "./request";
import { regionText, Service, type ServiceOptions, sort } from "./service";

export interface PointsOfInterestSearchOptions extends ServiceOptions {
  center?: CoordinateData | null;
  radius?: number | null;
  region?: CoordinateRegionData | null;
  pointOfInterestFilter?: PointOfInterestFilter | null;
  signal?: AbortSignal;
}

export interface PointsOfInterestSearchResponse {
  places: Place[];
}

type Done =
  | Callback<PointsOfInterestSearchResponse>
  | { searchDidError?(error: Error): void; searchDidComplete?(result: PointsOfInterestSearchResponse): void };

function isDone(value: unknown): value is Done {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && ("searchDidComplete" in value || "searchDidError" in value);
}

/** The queries if the page names no category: the server finds kinds of places by their names. */
const COMMON: readonly PointOfInterestCategory[] = [
  "Restaurant", "Cafe", "Store", "Hotel", "PublicTransport", "Museum", "Park", "Pharmacy", "Bank", "School",
];
/** Most categories that are requested, since each is a separate call. */
const MOST_CALLS = 12;
const DEFAULT_RADIUS_M = 1_000;

export class PointsOfInterestSearch extends Service {
  /** Metres. */
  static readonly MaxRadius = 3_000;

  #center: Coordinate | null = null;
  #radius: number | null = null;
  #region: CoordinateRegion | null = null;
  pointOfInterestFilter: PointOfInterestFilter | null = null;

  constructor(options: PointsOfInterestSearchOptions = {}) {
    super(options);
    this.center = options.center ?? null;
    this.radius = options.radius ?? null;
    this.region = options.region ?? null;
    this.pointOfInterestFilter = options.pointOfInterestFilter ?? null;
  }

  get center(): Coordinate | null {
    return this.#center;
  }

  set center(value: CoordinateData | null) {
    this.#center = value ? toCoordinate(value, "PointsOfInterestSearch: center") : null;
  }

  get radius(): number | null {
    return this.#radius;
  }

  set radius(value: number | null) {
    if (value !== null && !(value > 0)) {
      throw new RangeError(`[MapKit] PointsOfInterestSearch: radius must be above 0 metres; got ${shown(value)}.`);
    }
    this.#radius = value === null ? null : Math.min(value, PointsOfInterestSearch.MaxRadius);
  }

  get region(): CoordinateRegion | null {
    return this.#region;
  }

  set region(value: CoordinateRegionData | null) {
    this.#region = value ? toRegion(value, "PointsOfInterestSearch: region") : null;
  }

  search(first?: Done | PointsOfInterestSearchOptions, second?: Done | PointsOfInterestSearchOptions): Request<PointsOfInterestSearchResponse> {
    const { callback, options } = sort<Done, PointsOfInterestSearchOptions>(first, second, isDone);
    const task = async (signal: AbortSignal) => this.#find(options, signal);
    const done: Callback<PointsOfInterestSearchResponse> | undefined =
      !callback || typeof callback === "function"
        ? callback
        : (error, result) => (error ? callback.searchDidError?.(error) : callback.searchDidComplete?.(result!));
    return this.run(task, options.signal, done);
  }

  async #find(options: PointsOfInterestSearchOptions, signal: AbortSignal): Promise<PointsOfInterestSearchResponse> {
    const { area, center, radius } = this.#where(options);
    const filter = options.pointOfInterestFilter ?? this.pointOfInterestFilter;
    const names = filter?.includes ? filter.named : COMMON.filter(name => filter?.includesCategory(name) ?? true);
    const searchRegion = regionText(area, "PointsOfInterestSearch: region");
    const answers = await Promise.all(
      names.slice(0, MOST_CALLS).map(name => {
        const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
        const parameters = { q: words, searchRegion, searchRegionPriority: "required", resultTypeFilter: "Poi", includePoiCategories: name };
        return this.get<{ results?: PlaceBody[] }>("search", parameters, signal, options.language ?? "en");
      }),
    );
    const places = new Map<string, Place>();
    for (const body of answers.flatMap(({ results }) => results ?? [])) places.set(body.id ?? body.name ?? "", new Place(body));
    const far = (place: Place) => (place.coordinate ? distanceBetween(center, place.coordinate) : Infinity);
    const near = [...places.values()].filter(place => far(place) <= radius && (filter?.includesCategory(place.pointOfInterestCategory!) ?? true));
    return { places: near.sort((a, b) => far(a) - far(b)) };
  }

  #where(options: PointsOfInterestSearchOptions): { area: CoordinateRegionData; center: Coordinate; radius: number } {
    const region = options.region ?? (options.center ? null : this.#region);
    if (region) {
      const read = toRegion(region, "PointsOfInterestSearch: region");
      return { area: read, center: read.center, radius: Infinity };
    }
    const given = options.center ?? this.#center;
    if (!given) throw new TypeError("[MapKit] PointsOfInterestSearch: a center or a region must be given.");
    const center = toCoordinate(given, "PointsOfInterestSearch: center");
    const radius = Math.min(options.radius ?? this.#radius ?? DEFAULT_RADIUS_M, PointsOfInterestSearch.MaxRadius);
    const [n, e, s, w] = [0, 90, 180, 270].map(bearing => destination(center, radius, bearing));
    return { area: new BoundingRegion(n!.latitude, e!.longitude, s!.latitude, w!.longitude).toCoordinateRegion(), center, radius };
  }
}

