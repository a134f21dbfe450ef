/** A feature of the map that the user tapped. */

import { type MapFeatureType, PointOfInterestCategory } from "../core/enumerations";
import { session } from "../core/session";
import type { Place } from "../services/place";
import type { Callback, Request } from "../services/request";
import { placeIdOf } from "../places/place_id";
import { PlaceAnnotation } from "./place";

type Properties = Readonly<Record<string, unknown>>;

function nameOf(properties: Properties): string {
  const language = session.language.split("-")[0];
  return String(properties[`name_${language}`] ?? properties["name"] ?? properties["name_en"] ?? "");
}

function readCategory(value: unknown): PointOfInterestCategory | null {
  return typeof value === "string" && value in PointOfInterestCategory ? (value as PointOfInterestCategory) : null;
}

type LookupClass = new () => { getPlace(feature: MapFeatureAnnotation, callback?: Callback<Place>): Request<Place> };
let Lookup: LookupClass;

/** Set by the services, because annotations do not import services. */
export function setLookup(lookup: LookupClass): void {
  Lookup = lookup;
}

export class MapFeatureAnnotation extends PlaceAnnotation {
  readonly #type: MapFeatureType;
  readonly #category: PointOfInterestCategory | null;
  readonly #id: string | null;

  constructor([longitude, latitude]: readonly [number, number], type: MapFeatureType, properties: Properties) {
    super({ latitude, longitude }, { title: nameOf(properties), animates: true });
    this.#type = type;
    this.#category = readCategory(properties["category"]);
    this.#id = typeof properties["ref"] === "string" ? placeIdOf(properties["ref"]) : null;
    this.drawAs(this.#category);
  }

  override get id(): string | null {
    return this.#id;
  }

  get featureType(): MapFeatureType {
    return this.#type;
  }

  get pointOfInterestCategory(): PointOfInterestCategory | null {
    return this.#category;
  }

  /** Deprecated by Apple in favour of PlaceLookup.getPlace. */
  fetchPlace(callback?: Callback<Place>): Request<Place> {
    return new Lookup().getPlace(this, callback);
  }
}
