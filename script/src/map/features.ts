/** Features of the map that can be selected by a tap: points of interest, territories, waters and summits. */

import type { MapGeoJSONFeature } from "maplibre-gl";
import { MapFeatureAnnotation } from "../annotations/map_feature";
import { MapFeatureType } from "../core/enumerations";
import type { MapView } from "./map";

const REACH_PX = 6;
const TERRITORIES = /place|countr|cit(y|ies)|boundar|state/;
const NATURE = /water|peak|natural|island|mountain/;

function typeOf(feature: MapGeoJSONFeature, pointLayers: readonly string[]): MapFeatureType | null {
  if (pointLayers.includes(feature.layer.id)) return MapFeatureType.PointOfInterest;
  const name = feature.sourceLayer ?? "";
  if (TERRITORIES.test(name)) return MapFeatureType.Territory;
  return NATURE.test(name) ? MapFeatureType.PhysicalFeature : null;
}

export class Features {
  readonly #map: MapView;
  #selected: { feature: MapFeatureAnnotation; shown: import("../annotations/annotation").Annotation } | null = null;

  constructor(map: MapView) {
    this.#map = map;
    map.addEventListener("deselect", event => this.#forget((event as unknown as { annotation?: unknown }).annotation));
  }

  /** Select the feature below the pointer, if the page allows its type; returns whether there was one. */
  select(event: MouseEvent, pointLayers: readonly string[]): boolean {
    const wanted = this.#map.selectableMapFeatures;
    const { gl } = this.#map._stage;
    if (wanted.length === 0 || !gl) return false;
    const { left, top } = this.#map._stage.element.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const symbols = gl.getStyle().layers.filter(({ type, id }) => type === "symbol" && !id.startsWith("mk-"));
    const box: [[number, number], [number, number]] = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
    for (const feature of gl.queryRenderedFeatures(box, { layers: symbols.map(({ id }) => id) })) {
      const type = typeOf(feature, pointLayers);
      if (type && wanted.includes(type) && feature.geometry.type === "Point") {
        this.#show(new MapFeatureAnnotation(feature.geometry.coordinates as [number, number], type, feature.properties));
        return true;
      }
    }
    return false;
  }

  #show(feature: MapFeatureAnnotation): void {
    const map = this.#map;
    feature.selectionAccessory = map.selectableMapFeatureSelectionAccessory;
    const shown = map.annotationForMapFeature?.(feature) ?? feature;
    shown._isOfMap = true;
    map.selectedAnnotation = null;
    map.addAnnotation(shown);
    this.#selected = { feature, shown };
    map.selectedAnnotation = shown;
  }

  #forget(annotation: unknown): void {
    const selected = this.#selected;
    if (!selected || selected.shown !== annotation) return;
    this.#selected = null;
    this.#map.removeAnnotation(selected.shown);
  }
}
