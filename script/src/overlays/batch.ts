/** Many overlays in one source: MapLibre needs more time for each source and layer than for what is in them. */

import type { ExpressionSpecification, GeoJSONSource, Map as GlMap } from "maplibre-gl";
import type { Ring } from "./geometry";
import type { Overlay } from "./overlay";
import { paintColor, toGeoJSON } from "./paint";

/** From this number on, overlays are drawn together: all areas, and above them all lines. */
export const MANY = 60;
const ID = "mk-batch";
/** The lowest layer of the overlays that are drawn together. */
export const BATCH_FLOOR = `${ID}-fill`;
const TOLERANCE = 0.05;

interface Look {
  readonly fill: string;
  readonly fillOpacity: number;
  readonly stroke: string;
  readonly strokeOpacity: number;
  readonly width: number;
}

/** Whether an overlay can be drawn with others: its line has no dashes, gradient or ends of its own. */
export function isPlain({ style }: Overlay): boolean {
  return !style.lineGradient && !style.lineDash.some(length => length > 0) && style.lineCap === "round" && style.lineJoin === "round";
}

function lookOf({ style, visible }: Overlay): Look {
  return {
    fill: paintColor(style.fillColor),
    fillOpacity: visible ? style.fillOpacity : 0,
    stroke: paintColor(style.strokeColor),
    strokeOpacity: visible && style._hasStroke ? style.strokeOpacity : 0,
    width: style.lineWidth,
  };
}

/** The current look of a feature: as it was changed, else as it was when the source was written. */
function current(name: keyof Look, type: "to-color" | "to-number"): ExpressionSpecification {
  return [type, ["coalesce", ["feature-state", name], ["get", name]]] as ExpressionSpecification;
}

export class OverlayBatch {
  #gl: GlMap | null = null;
  #overlays: ReadonlySet<Overlay> = new Set();
  /** The rings of each overlay in the source, and the rule by which they became polygons. */
  #drawn = new Map<Overlay, { readonly id: number; readonly rings: Ring[]; readonly rule: string }>();
  #isLate = false;

  has(overlay: Overlay): boolean {
    return this.#overlays.has(overlay);
  }

  get isEmpty(): boolean {
    return this.#overlays.size === 0;
  }

  /** A style was loaded: draw everything below its layer `before`. */
  draw(gl: GlMap, before: string | undefined): void {
    this.#gl = gl;
    gl.addSource(ID, { type: "geojson", data: this.#write(), tolerance: TOLERANCE });
    gl.addLayer(
      {
        id: BATCH_FLOOR, type: "fill", source: ID, filter: ["==", ["get", "isArea"], true], layout: { "fill-sort-key": ["get", "order"] },
        paint: { "fill-color": current("fill", "to-color"), "fill-opacity": current("fillOpacity", "to-number"), "fill-antialias": false },
      },
      before,
    );
    gl.addLayer(
      {
        id: `${ID}-line`, type: "line", source: ID, layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "order"] },
        paint: {
          "line-color": current("stroke", "to-color"), "line-opacity": current("strokeOpacity", "to-number"), "line-width": current("width", "to-number"),
        },
      },
      before,
    );
  }

  forget(): void {
    this.#gl = null;
  }

  /** Draw other overlays, in the next microtask: pages add them one after the other. */
  set(overlays: readonly Overlay[]): void {
    const before = [...this.#overlays];
    if (overlays.length === before.length && overlays.every((overlay, i) => overlay === before[i])) return;
    this.#overlays = new Set(overlays);
    this.#redrawLater();
  }

  /** An overlay has changed: its look is changed at once; another shape needs another source. */
  changed(overlay: Overlay): void {
    const drawn = this.#drawn.get(overlay);
    if (!drawn || !isSame(drawn.rings, overlay._rings()) || drawn.rule !== overlay.style.fillRule) this.#redrawLater();
    else this.#gl?.setFeatureState({ source: ID, id: drawn.id }, { ...lookOf(overlay) });
  }

  #redrawLater(): void {
    if (this.#isLate) return;
    this.#isLate = true;
    queueMicrotask(() => {
      this.#isLate = false;
      const source = this.#gl?.getSource(ID) as GeoJSONSource | undefined;
      if (!source) return;
      this.#gl?.removeFeatureState({ source: ID });
      source.setData(this.#write());
    });
  }

  #write(): GeoJSON.FeatureCollection {
    this.#drawn.clear();
    const features = [...this.#overlays].map((overlay, order) => {
      const id = order + 1;
      this.#drawn.set(overlay, { id, rings: overlay._rings(), rule: overlay.style.fillRule });
      return { ...toGeoJSON(overlay), id, properties: { ...lookOf(overlay), order, isArea: overlay._isArea } };
    });
    return { type: "FeatureCollection", features };
  }
}

function isSame(before: readonly Ring[], after: readonly Ring[]): boolean {
  return (
    before.length === after.length &&
    before.every((ring, i) => ring.length === after[i]!.length && ring.every(([x, y], j) => x === after[i]![j]![0] && y === after[i]![j]![1]))
  );
}
