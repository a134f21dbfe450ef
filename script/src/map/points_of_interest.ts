/** Filters the points of interest of the current style. */

import type { FilterSpecification, LayerSpecification, Map as GlMap } from "maplibre-gl";
import type { PointOfInterestFilter } from "../services/filters";

export type Role = "poi" | "label" | "ground";

export function roleOf(layer: LayerSpecification): Role {
  const role = (layer.metadata as { "trigpoint:role"?: Role } | undefined)?.["trigpoint:role"];
  return role ?? (layer.type === "symbol" ? "label" : "ground");
}

/** The points of interest of one drawn style. */
export class PointsOfInterest {
  readonly #gl: GlMap;
  /** The layers, with their own filters and their expressions for the category of a feature. */
  readonly #layers: readonly { readonly id: string; readonly filter: FilterSpecification | undefined; readonly category: unknown }[];

  constructor(gl: GlMap) {
    this.#gl = gl;
    const layers = gl.getStyle().layers.filter(layer => roleOf(layer) === "poi");
    this.#layers = layers.map(layer => ({
      id: layer.id,
      filter: "filter" in layer ? layer.filter : undefined,
      category: categoryOf(layer),
    }));
  }

  get layers(): string[] {
    return this.#layers.map(({ id }) => id);
  }

  apply(isShown: boolean, filter: PointOfInterestFilter | null): void {
    for (const layer of this.#layers) {
      this.#gl.setLayoutProperty(layer.id, "visibility", isShown ? "visible" : "none");
      this.#gl.setFilter(layer.id, narrowed(layer.filter, filter, layer.category));
    }
  }
}

/** The expression for the category. For tiles of other producers, which have no such property, it is in the style. */
function categoryOf(layer: LayerSpecification): unknown {
  return (layer.metadata as { "trigpoint:category"?: unknown } | undefined)?.["trigpoint:category"] ?? ["get", "category"];
}

/** A layer's own filter, combined with the page's categories. */
export function narrowed(
  own: FilterSpecification | undefined,
  filter: PointOfInterestFilter | null,
  category: unknown = ["get", "category"],
): FilterSpecification | null {
  if (!filter || (!filter.includes && filter.named.length === 0)) return own ?? null;
  const isNamed = ["in", ["coalesce", category, ""], ["literal", [...filter.named]]];
  const wanted = filter.includes ? isNamed : ["!", isNamed];
  return (own ? ["all", own, wanted] : wanted) as FilterSpecification;
}
