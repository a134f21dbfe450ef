/** A place by its Place ID, or by a feature of the map. */

import { MapFeatureAnnotation, setLookup } from "../annotations/map_feature";
import { shown } from "../geometry/numbers";
import { Place, type PlaceBody } from "./place";
import { type Callback, type Request, RequestError } from "./request";
import { isFunction, Service, sort } from "./service";

export interface PlaceLookupOptions {
  language?: string;
  signal?: AbortSignal;
}

const isDone = (value: unknown): value is Callback<Place> => isFunction(value);

export class PlaceLookup extends Service {
  getPlace(
    idOrFeature: string | MapFeatureAnnotation,
    first?: Callback<Place> | PlaceLookupOptions,
    second?: Callback<Place> | PlaceLookupOptions,
  ): Request<Place> {
    const { callback, options } = sort<Callback<Place>, PlaceLookupOptions>(first, second, isDone);
    const task = async (signal: AbortSignal): Promise<Place> => {
      if (typeof idOrFeature === "string") return this.#fetch(idOrFeature, options, signal);
      if (!(idOrFeature instanceof MapFeatureAnnotation)) {
        throw new TypeError(`[MapKit] PlaceLookup.getPlace: a Place ID is expected; got ${shown(idOrFeature)}.`);
      }
      if (idOrFeature.id) {
        const place = await this.#fetch(idOrFeature.id, options, signal).catch(() => null);
        if (place) return place;
      }
      return this.#near(idOrFeature, options, signal);
    };
    return this.run(task, options.signal, callback);
  }

  async #fetch(id: string, options: PlaceLookupOptions, signal: AbortSignal): Promise<Place> {
    return new Place(await this.get<PlaceBody>(`place/${encodeURIComponent(id)}`, {}, signal, options.language));
  }

  /** A feature without a Place ID is searched by its name, at its coordinate. */
  async #near(feature: MapFeatureAnnotation, options: PlaceLookupOptions, signal: AbortSignal): Promise<Place> {
    const { latitude, longitude } = feature.coordinate;
    const parameters = { q: feature.title, searchLocation: `${latitude},${longitude}` };
    const { results } = await this.get<{ results?: PlaceBody[] }>("search", parameters, signal, options.language);
    if (results?.[0]) return new Place(results[0]);
    throw new RequestError(`HTTP error: 404. Message: nothing is known about ${JSON.stringify(feature.title)}.`);
  }
}

setLookup(PlaceLookup);
