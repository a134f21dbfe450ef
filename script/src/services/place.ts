/** Places, read from responses of the Maps Server API. */

import type { PointOfInterestCategory } from "../core/enumerations";
import { Coordinate } from "../geometry/points";
import { BoundingRegion, type CoordinateRegion } from "../geometry/regions";

export interface LocationBody {
  latitude?: number;
  longitude?: number;
}

export interface RegionBody {
  northLatitude: number;
  eastLongitude: number;
  southLatitude: number;
  westLongitude: number;
}

export interface AddressBody {
  administrativeArea?: string;
  administrativeAreaCode?: string;
  locality?: string;
  postCode?: string;
  subLocality?: string;
  thoroughfare?: string;
  subThoroughfare?: string;
  fullThoroughfare?: string;
  areasOfInterest?: string[];
  dependentLocalities?: string[];
}

export interface PlaceBody {
  id?: string;
  alternateIds?: string[];
  name?: string;
  coordinate?: LocationBody;
  displayMapRegion?: RegionBody;
  formattedAddressLines?: string[];
  structuredAddress?: AddressBody;
  country?: string;
  countryCode?: string;
  poiCategory?: PointOfInterestCategory;
  telephone?: string;
  urls?: string[];
}

export function readLocation(body: LocationBody | undefined): Coordinate | null {
  if (typeof body?.latitude !== "number" || typeof body.longitude !== "number") return null;
  return new Coordinate(body.latitude, body.longitude);
}

export function readRegion(body: RegionBody | undefined): CoordinateRegion | null {
  if (!body) return null;
  const { northLatitude, eastLongitude, southLatitude, westLongitude } = body;
  return new BoundingRegion(northLatitude, eastLongitude, southLatitude, westLongitude).toCoordinateRegion();
}

/** The components of an address; null for unknown ones. */
class Addressed {
  administrativeArea: string | null = null;
  administrativeAreaCode: string | null = null;
  locality: string | null = null;
  postCode: string | null = null;
  subLocality: string | null = null;
  thoroughfare: string | null = null;
  subThoroughfare: string | null = null;
  fullThoroughfare: string | null = null;
  areasOfInterest: string[] | null = null;
  dependentLocalities: string[] | null = null;

  protected readAddress(body: AddressBody | undefined): void {
    for (const name of Object.keys(body ?? {}) as (keyof AddressBody)[]) {
      if (name in this) (this as Record<string, unknown>)[name] = body?.[name] ?? null;
    }
  }
}

/** A place that a service found. */
export class Place extends Addressed {
  id: string | null;
  alternateIds: string[] | null;
  name: string | null;
  coordinate: Coordinate | null;
  region: CoordinateRegion | null;
  formattedAddress: string | null;
  country: string | null;
  countryCode: string | null;
  pointOfInterestCategory: PointOfInterestCategory | null;
  telephone: string | null;
  urls: string[] | null;

  constructor(body: PlaceBody = {}) {
    super();
    this.id = body.id ?? null;
    this.alternateIds = body.alternateIds ?? null;
    this.name = body.name ?? null;
    this.coordinate = readLocation(body.coordinate);
    this.region = readRegion(body.displayMapRegion);
    this.formattedAddress = body.formattedAddressLines?.join(", ") ?? null;
    this.country = body.country ?? null;
    this.countryCode = body.countryCode ?? null;
    this.pointOfInterestCategory = body.poiCategory ?? null;
    this.telephone = body.telephone ?? null;
    this.urls = body.urls ?? null;
    this.readAddress(body.structuredAddress);
  }
}

export interface SuggestionBody {
  id?: string;
  alternateIds?: string[];
  displayLines?: string[];
  location?: LocationBody;
  structuredAddress?: AddressBody;
  completionUrl?: string;
  name?: string;
}

/** An autocomplete suggestion, which can be passed to `Search.search`. */
export class SearchAutocompleteResult extends Addressed {
  displayLines: string[];
  id: string | null;
  alternateIds: string[] | null;
  name: string | null;
  coordinate: Coordinate | null;
  readonly #completionUrl: string | null;

  constructor(body: SuggestionBody = {}) {
    super();
    this.displayLines = body.displayLines ?? [];
    this.id = body.id ?? null;
    this.alternateIds = body.alternateIds ?? null;
    this.name = body.name ?? this.displayLines[0] ?? null;
    this.coordinate = readLocation(body.location);
    this.#completionUrl = body.completionUrl ?? null;
    this.readAddress(body.structuredAddress);
  }

  /** The search for this suggestion: a path and its query; null if the page has created the suggestion itself. */
  static completionOf(result: SearchAutocompleteResult): string | null {
    return #completionUrl in result ? result.#completionUrl : null; // a page may give a copy
  }
}
