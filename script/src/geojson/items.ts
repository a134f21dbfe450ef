/** The result of a GeoJSON import: annotations, overlays, and nested collections. */

import type { Annotation } from "../annotations/annotation";
import type { Overlay } from "../overlays/overlay";

export type Item = Annotation | Overlay | ItemCollection;

export class ItemCollection<D = unknown> {
  data: D | null;
  #items: Item[];

  constructor(items: Item[] = [], data: D | null = null) {
    this.#items = items;
    this.data = data;
  }

  get items(): Item[] {
    return this.#items;
  }

  set items(value: Item | Item[] | null) {
    this.#items = value === null ? [] : [value].flat();
  }

  getFlattenedItemList(): (Annotation | Overlay)[] {
    return this.#items.flatMap(item => (item instanceof ItemCollection ? item.getFlattenedItemList() : [item]));
  }
}
