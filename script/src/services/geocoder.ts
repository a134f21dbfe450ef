/** Addresses to coordinates, and back. */

import { type CoordinateData, toCoordinate } from "../geometry/points";
import type { CoordinateRegionData } from "../geometry/regions";
import { Place, type PlaceBody } from "./place";
import type { Callback, Request } from "./request";
import { isFunction, pointText, regionText, requireText, Service, sort } from "./service";

export interface GeocoderLookupOptions {
  language?: string;
  region?: CoordinateRegionData;
  coordinate?: CoordinateData;
  limitToCountries?: string;
  signal?: AbortSignal;
}

export interface GeocoderResponse {
  results: Place[];
}

type Done = Callback<GeocoderResponse>;
const isDone = (value: unknown): value is Done => isFunction(value);

function read({ results }: { results?: PlaceBody[] }): GeocoderResponse {
  return { results: (results ?? []).map(body => new Place(body)) };
}

export class Geocoder extends Service {
  lookup(place: string, first?: Done | GeocoderLookupOptions, second?: Done | GeocoderLookupOptions): Request<GeocoderResponse> {
    const { callback, options } = sort<Done, GeocoderLookupOptions>(first, second, isDone);
    const parameters = {
      q: requireText(place, "Geocoder.lookup: place"),
      searchLocation: pointText(options.coordinate, "Geocoder.lookup: coordinate"),
      searchRegion: regionText(options.region, "Geocoder.lookup: region"),
      limitToCountries: options.limitToCountries,
    };
    return this.run(async signal => read(await this.get("geocode", parameters, signal, options.language)), options.signal, callback);
  }

  reverseLookup(
    coordinate: CoordinateData,
    first?: Done | { language?: string; signal?: AbortSignal },
    second?: Done | { language?: string; signal?: AbortSignal },
  ): Request<GeocoderResponse> {
    const { callback, options } = sort<Done, GeocoderLookupOptions>(first, second, isDone);
    const { latitude, longitude } = toCoordinate(coordinate, "Geocoder.reverseLookup: coordinate");
    const parameters = { loc: `${latitude},${longitude}` };
    return this.run(async signal => read(await this.get("reverseGeocode", parameters, signal, options.language)), options.signal, callback);
  }
}
