/** Search for places by name or kind, and autocomplete. */

import { AddressCategory, RegionPriority } from "../core/enumerations";
import { shown } from "../geometry/numbers";
import { type Coordinate, type CoordinateData, toCoordinate } from "../geometry/points";
import { type CoordinateRegion, type CoordinateRegionData, toRegion } from "../geometry/regions";
import type { AddressFilter, PointOfInterestFilter } from "./filters";
import { Place, type PlaceBody, readRegion, type RegionBody, SearchAutocompleteResult, type SuggestionBody } from "./place";
import type { Callback, Parameters, Request } from "./request";
import { pointText, regionText, requireText, Service, type ServiceOptions, sort } from "./service";

export interface SearchOptions extends ServiceOptions {
  coordinate?: CoordinateData | null;
  region?: CoordinateRegionData | null;
  regionPriority?: RegionPriority;
  includeAddresses?: boolean;
  includePointsOfInterest?: boolean;
  includePhysicalFeatures?: boolean;
  includeQueries?: boolean;
  pointOfInterestFilter?: PointOfInterestFilter | null;
  addressFilter?: AddressFilter | null;
  limitToCountries?: string | null;
  signal?: AbortSignal;
}

export interface SearchResponse {
  query: string | SearchAutocompleteResult | null;
  boundingRegion: CoordinateRegion | null;
  places: Place[];
}

export interface SearchAutocompleteResponse {
  query: string;
  results: SearchAutocompleteResult[];
}

interface Delegate {
  searchDidComplete?(result: SearchResponse): void;
  searchDidError?(error: Error): void;
  autocompleteDidComplete?(result: SearchAutocompleteResponse): void;
  autocompleteDidError?(error: Error): void;
}
type Done<T> = Callback<T> | Delegate;

const DELEGATE = ["searchDidComplete", "searchDidError", "autocompleteDidComplete", "autocompleteDidError"];

function isDone<T>(value: unknown): value is Done<T> {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && DELEGATE.some(name => name in value);
}

/** Turn both kinds of callbacks into one. */
function toCallback<T>(done: Done<T> | undefined, name: "search" | "autocomplete"): Callback<T> | undefined {
  if (!done || typeof done === "function") return done;
  return (error, result) => {
    if (error) done[`${name}DidError`]?.(error);
    else (done[`${name}DidComplete`] as ((result: T | null) => void) | undefined)?.call(done, result);
  };
}

const ALL_ADDRESSES = Object.values(AddressCategory);

export class Search extends Service {
  static get RegionPriority(): typeof RegionPriority {
    return RegionPriority;
  }

  #coordinate: Coordinate | null = null;
  #region: CoordinateRegion | null = null;
  regionPriority: RegionPriority = RegionPriority.Default;
  includeAddresses = true;
  includePointsOfInterest = true;
  includePhysicalFeatures = true;
  includeQueries = true;
  addressFilter: AddressFilter | null = null;
  pointOfInterestFilter: PointOfInterestFilter | null = null;
  limitToCountries: string | null = null;

  constructor(options: SearchOptions = {}) {
    super(options);
    const { signal: _signal, language: _language, getsUserLocation: _gets, ...own } = options;
    for (const [name, value] of Object.entries(own)) {
      if (value !== undefined) (this as unknown as Record<string, unknown>)[name] = value;
    }
  }

  get coordinate(): Coordinate | null {
    return this.#coordinate;
  }

  set coordinate(value: CoordinateData | null) {
    this.#coordinate = value ? toCoordinate(value, "Search: coordinate") : null;
  }

  get region(): CoordinateRegion | null {
    return this.#region;
  }

  set region(value: CoordinateRegionData | null) {
    this.#region = value ? toRegion(value, "Search: region") : null;
  }

  search(
    query: string | SearchAutocompleteResult,
    first?: Done<SearchResponse> | SearchOptions,
    second?: Done<SearchResponse> | SearchOptions,
  ): Request<SearchResponse> {
    const { callback, options } = sort<Done<SearchResponse>, SearchOptions>(first, second, isDone);
    const task = async (signal: AbortSignal): Promise<SearchResponse> => {
      const { path, parameters } = this.#asked(query, options);
      type Body = { results?: PlaceBody[]; displayMapRegion?: RegionBody };
      const body = await this.get<Body>(path, parameters, signal, options.language);
      return { query, boundingRegion: readRegion(body.displayMapRegion), places: (body.results ?? []).map(place => new Place(place)) };
    };
    return this.run(task, options.signal, toCallback(callback, "search"));
  }

  autocomplete(
    query: string,
    first?: Done<SearchAutocompleteResponse> | SearchOptions,
    second?: Done<SearchAutocompleteResponse> | SearchOptions,
  ): Request<SearchAutocompleteResponse> {
    const { callback, options } = sort<Done<SearchAutocompleteResponse>, SearchOptions>(first, second, isDone);
    const task = async (signal: AbortSignal): Promise<SearchAutocompleteResponse> => {
      if (requireText(query, "Search.autocomplete: query").trim() === "") return { query, results: [] }; // the field was emptied
      const parameters = { q: query, ...this.#parameters(options, true) };
      const body = await this.get<{ results?: SuggestionBody[] }>("searchAutocomplete", parameters, signal, options.language);
      return { query, results: (body.results ?? []).map(row => new SearchAutocompleteResult(row)) };
    };
    return this.run(task, options.signal, toCallback(callback, "autocomplete"));
  }

  /** For an autocomplete suggestion, run its search. */
  #asked(query: string | SearchAutocompleteResult, options: SearchOptions): { path: string; parameters: Parameters } {
    if (typeof query === "string") return { path: "search", parameters: { q: query, ...this.#parameters(options, false) } };
    if (!Array.isArray((query as SearchAutocompleteResult | null | undefined)?.displayLines)) {
      throw new TypeError(`[MapKit] Search.search: query must be a string or a result of autocomplete; got ${shown(query)}.`);
    }
    const completion = SearchAutocompleteResult.completionOf(query);
    if (!completion) return { path: "search", parameters: { q: query.displayLines.join(", "), ...this.#parameters(options, false) } };
    const url = new URL(completion, "http://host/");
    return { path: url.pathname, parameters: Object.fromEntries(url.searchParams) };
  }

  #parameters(options: SearchOptions, withQueries: boolean): Parameters {
    const all = { ...this.#own(), ...withoutUndefined(options) };
    // A filter that excludes everything requests no points of interest, instead of sending an empty list.
    const hasPoints = all.includePointsOfInterest && !isNothing(all.pointOfInterestFilter);
    const kinds = [
      hasPoints && "Poi",
      all.includeAddresses && "Address",
      all.includePhysicalFeatures && "PhysicalFeature",
      withQueries && all.includeQueries && "Query",
    ].filter(Boolean);
    const isAll = kinds.length === (withQueries ? 4 : 3);
    return {
      searchLocation: pointText(all.coordinate, "Search: coordinate"),
      searchRegion: regionText(all.region, "Search: region"),
      searchRegionPriority: all.region && all.regionPriority === RegionPriority.Required ? "required" : null,
      limitToCountries: all.limitToCountries,
      resultTypeFilter: isAll ? null : kinds.join(","),
      ...categories(all.pointOfInterestFilter, "PoiCategories"),
      ...addresses(all.addressFilter),
    };
  }

  #own(): SearchOptions {
    const { coordinate, region, regionPriority, includeAddresses, includePointsOfInterest, includePhysicalFeatures } = this;
    const { includeQueries, addressFilter, pointOfInterestFilter, limitToCountries } = this;
    return {
      coordinate, region, regionPriority, includeAddresses, includePointsOfInterest, includePhysicalFeatures,
      includeQueries, addressFilter, pointOfInterestFilter, limitToCountries,
    };
  }
}

function withoutUndefined(options: SearchOptions): SearchOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function isNothing(filter: PointOfInterestFilter | null | undefined): boolean {
  return Boolean(filter?.includes && filter.named.length === 0);
}

/** The query parameters for a filter of points of interest. */
export function categories(filter: PointOfInterestFilter | null | undefined, name: string): Parameters {
  if (!filter || filter.named.length === 0) return {};
  return { [`${filter.includes ? "include" : "exclude"}${name}`]: filter.named.join(",") };
}

function addresses(filter: AddressFilter | null | undefined): Parameters {
  if (!filter || ALL_ADDRESSES.every(category => filter.includesCategory(category))) return {};
  return { [`${filter.includes ? "include" : "exclude"}AddressCategories`]: filter.named.join(",") };
}
