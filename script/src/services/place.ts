/** Places, read from responses of the Maps Server API. */

import type { PointOfInterestCategory } from "../core/enumerations";
import { absent } from "../core/host";
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
  if (typeof body?.latitude !== "number" || typeof body.longitude !== "number") return absent;
  return new Coordinate(body.latitude, body.longitude);
}

export function readRegion(body: RegionBody | undefined): CoordinateRegion | null {
  if (!body) return absent;
  const { northLatitude, eastLongitude, southLatitude, westLongitude } = body;
  return new BoundingRegion(northLatitude, eastLongitude, southLatitude, westLongitude).toCoordinateRegion();
}

/** The components of an address; null for unknown ones. */
class Addressed {
  administrativeArea: string | null = absent;
  administrativeAreaCode: string | null = absent;
  locality: string | null = absent;
  postCode: string | null = absent;
  subLocality: string | null = absent;
  thoroughfare: string | null = absent;
  subThoroughfare: string | null = absent;
  fullThoroughfare: string | null = absent;
  areasOfInterest: string[] | null = absent;
  dependentLocalities: string[] | null = absent;

  protected readAddress(body: AddressBody | undefined): void {
    for (const name of Object.keys(body ?? {}) as (keyof AddressBody)[]) {
      if (name in this) (this as Record<string, unknown>)[name] = body?.[name] ?? absent;
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
    this.id = body.id ?? absent;
    this.alternateIds = body.alternateIds ?? absent;
    this.name = body.name ?? absent;
    this.coordinate = readLocation(body.coordinate);
    this.region = readRegion(body.displayMapRegion);
    this.formattedAddress = body.formattedAddressLines?.join(", ") ?? absent;
    this.country = body.country ?? absent;
    this.countryCode = body.countryCode ?? absent;
    this.pointOfInterestCategory = body.poiCategory ?? absent;
    this.telephone = body.telephone ?? absent;
    this.urls = body.urls ?? absent;
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
    this.id = body.id ?? absent;
    this.alternateIds = body.alternateIds ?? absent;
    this.name = body.name ?? this.displayLines[0] ?? absent;
    this.coordinate = readLocation(body.location);
    this.#completionUrl = body.completionUrl ?? absent;
    this.readAddress(body.structuredAddress);
  }

  /** The search for this suggestion: a path and its query; null if the page has created the suggestion itself. */
  static completionOf(result: SearchAutocompleteResult): string | null {
    return #completionUrl in result ? result.#completionUrl : null; // a page may give a copy
  }
}
