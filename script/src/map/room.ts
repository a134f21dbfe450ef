/** Keeps the map's labels away from annotations: with an invisible symbol below each annotation. */

import type { GeoJSONSource, Map as GlMap } from "maplibre-gl";
import type { Annotation } from "../annotations/annotation";
import { MarkerAnnotation } from "../annotations/marker";

const ID = "mk-room";
/** Most annotations for which this is done. */
const MOST = 300;
const SIZE = { width: 44, height: 64 };
/** Extent of the symbol below the coordinate, for the title of a marker. */
const BELOW_PX = 16;

export class Room {
  #gl: GlMap | null = null;
  #key = "";
  #points: [number, number][] = [];

  /** A style is there: put the symbols above all others, so that they are placed first. */
  draw(gl: GlMap): void {
    this.#gl = gl;
    if (!gl.hasImage(ID)) gl.addImage(ID, { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height * 4) });
    gl.addSource(ID, { type: "geojson", data: this.#data() });
    gl.addLayer({
      id: ID,
      type: "symbol",
      source: ID,
      layout: { "icon-image": ID, "icon-anchor": "bottom", "icon-offset": [0, BELOW_PX], "icon-allow-overlap": true, "icon-padding": 0 },
    });
  }

  forget(): void {
    this.#gl = null;
  }

  /** Make room for what is shown now. */
  set(annotations: readonly Annotation[]): void {
    const markers = annotations.filter(annotation => annotation instanceof MarkerAnnotation && annotation.visible).slice(0, MOST);
    const points = markers.map(({ coordinate }): [number, number] => [coordinate.longitude, coordinate.latitude]);
    const key = points.join(";");
    if (key === this.#key) return;
    this.#key = key;
    this.#points = points;
    (this.#gl?.getSource(ID) as GeoJSONSource | undefined)?.setData(this.#data());
  }

  #data(): GeoJSON.Feature {
    return { type: "Feature", properties: {}, geometry: { type: "MultiPoint", coordinates: this.#points } };
  }
}
