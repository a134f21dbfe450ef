/** A plain card about a place, with a map above it. */

import { ColorScheme } from "../core/enumerations";
import { isDark } from "../controls/controls";
import { dress, element } from "../map/dom";
import { MarkerAnnotation } from "../annotations/marker";
import { MapView } from "../map/map";
import { findParent } from "../map/values";
import { shown } from "../geometry/numbers";
import { CoordinateRegion, CoordinateSpan } from "../geometry/regions";
import type { Place } from "../services/place";
import { placeCard } from "./card";

/** The cards of this page. */
export const placeDetails: PlaceDetail[] = [];

export interface PlaceDetailOptions {
  colorScheme?: ColorScheme;
  displaysMap?: boolean;
}

const MAP_SPAN = 0.005;

export class PlaceDetail {
  static get ColorSchemes(): typeof ColorScheme {
    return ColorScheme;
  }

  readonly #element = element("div", "mk-place");
  #place: Place | null;
  #colorScheme: ColorScheme;
  #displaysMap: boolean;
  #map: MapView | null = null;

  constructor(parent: string | HTMLElement, place: Place | null = null, options: PlaceDetailOptions = {}) {
    const owner = findParent(parent, "PlaceDetail");
    if (!owner) throw new TypeError(`[MapKit] PlaceDetail: parent must be an element or its id; got ${shown(parent)}.`);
    this.#place = place;
    this.#colorScheme = options.colorScheme ?? ColorScheme.Light;
    this.#displaysMap = options.displaysMap ?? true;
    owner.append(this.#element);
    dress(this.#element);
    placeDetails.push(this);
    this.#draw();
  }

  get element(): HTMLElement {
    return this.#element;
  }

  get place(): Place | null {
    return this.#place;
  }

  set place(value: Place | null) {
    this.#place = value;
    this.#draw();
  }

  get colorScheme(): ColorScheme {
    return this.#colorScheme;
  }

  set colorScheme(value: ColorScheme) {
    this.#colorScheme = value;
    this.#draw();
  }

  get displaysMap(): boolean {
    return this.#displaysMap;
  }

  set displaysMap(value: boolean) {
    this.#displaysMap = Boolean(value);
    this.#draw();
  }

  destroy(): void {
    const index = placeDetails.indexOf(this);
    if (index >= 0) placeDetails.splice(index, 1);
    this.#map?.destroy();
    this.#map = null;
    this.#element.remove();
  }

  #draw(): void {
    this.#map?.destroy();
    this.#map = null;
    this.#element.classList.toggle("mk-dark", isDark(this.#colorScheme));
    this.#element.replaceChildren(...(this.#place ? [placeCard(this.#place)] : []));
    const coordinate = this.#place?.coordinate;
    if (!this.#displaysMap || !coordinate) return;
    const frame = element("div", "mk-place-map");
    this.#element.prepend(frame);
    this.#map = new MapView(frame, {
      region: new CoordinateRegion(coordinate, new CoordinateSpan(MAP_SPAN, MAP_SPAN)),
      colorScheme: this.#colorScheme,
      annotations: [new MarkerAnnotation(coordinate, { animates: false })],
      showsMapTypeControl: false,
      showsZoomControl: false,
      isScrollEnabled: false,
      isZoomEnabled: false,
      isRotationEnabled: false,
    });
  }
}
