/** Reads lists of items from pages, and reports values that are no items. */

import { Annotation } from "../annotations/annotation";
import { ItemCollection } from "../geojson/items";
import { shown } from "../geometry/numbers";
import { Overlay } from "../overlays/overlay";
import { TileOverlay } from "../overlays/tile_overlay";
import type { Item } from "./item_map";

const NAMES = new Map<unknown, string>([[Annotation, "an Annotation"], [Overlay, "an Overlay"], [TileOverlay, "a TileOverlay"]]);

/** The annotations and overlays of one item, a list of items, or a collection. */
export function flatten(items: Item | readonly Item[], method: string): (Annotation | Overlay)[] {
  const list = Array.isArray(items) ? (items as readonly Item[]) : [items as Item];
  const flat = list.flatMap(item => (item instanceof ItemCollection ? item.getFlattenedItemList() : [item]));
  const index = flat.findIndex(item => !(item instanceof Annotation || item instanceof Overlay));
  if (index < 0) return flat;
  throw new TypeError(`[MapKit] Map.${method}: annotations and overlays are expected; got ${shown(flat[index])}.`);
}

/** The items of a list, all of one kind; a page that gives one item alone is told of the list. */
export function readList<T extends object>(items: Iterable<T>, kind: abstract new (...values: never[]) => T, method: string): T[] {
  if (typeof (items as Iterable<T> | null | undefined)?.[Symbol.iterator] !== "function") {
    throw new TypeError(`[MapKit] Map.${method}: an array is expected, for example [item]; got ${shown(items)}.`);
  }
  const list = [...items];
  const index = list.findIndex(item => !(item instanceof kind));
  if (index < 0) return list;
  throw new TypeError(`[MapKit] Map.${method}: ${NAMES.get(kind)} is expected at index ${index}; got ${shown(list[index])}.`);
}
