/** Imports GeoJSON (RFC 7946) as annotations and overlays, which a delegate can change. */

import { MarkerAnnotation } from "../annotations/marker";
import { complain } from "../core/console";
import { shown } from "../geometry/numbers";
import { Coordinate } from "../geometry/points";
import { Overlay } from "../overlays/overlay";
import { signedArea } from "../overlays/geometry";
import { PolygonOverlay, PolylineOverlay } from "../overlays/shapes";
import type { Style } from "../overlays/style";
import { type Item, ItemCollection } from "./items";

export class GeoJSONImportError extends Error {
  override name = "GeoJSONImportError";
}

type Made = Item | Item[] | null | undefined;

/** The functions that a page can provide; each gets the default result and the GeoJSON. */
export interface GeoJSONDelegate {
  itemForPoint?(coordinate: Coordinate, geoJSON: GeoJSON.Point): Made;
  itemForLineString?(overlay: PolylineOverlay, geoJSON: GeoJSON.LineString): Made;
  itemForPolygon?(overlay: PolygonOverlay, geoJSON: GeoJSON.Polygon): Made;
  itemForMultiPoint?(items: ItemCollection, geoJSON: GeoJSON.MultiPoint): Made;
  itemForMultiLineString?(items: ItemCollection, geoJSON: GeoJSON.MultiLineString): Made;
  itemForMultiPolygon?(items: ItemCollection, geoJSON: GeoJSON.MultiPolygon): Made;
  itemForGeometryCollection?(items: ItemCollection, geoJSON: GeoJSON.GeometryCollection): Made;
  itemForFeature?(item: Item | null, geoJSON: GeoJSON.Feature): Made;
  itemForFeatureCollection?(items: ItemCollection, geoJSON: GeoJSON.FeatureCollection): Made;
  styleForOverlay?(overlay: Overlay, geoJSON: GeoJSON.GeoJSON): Style | null | undefined;
  geoJSONDidComplete?(result: ItemCollection, geoJSON: GeoJSON.GeoJSON): void;
  geoJSONDidError?(error: Error, geoJSON?: GeoJSON.GeoJSON): void;
}

type Callback = (error: Error | null, result?: ItemCollection | GeoJSON.GeoJSON) => void;

/** Import an object, a text, or a file from a URL. For an object, the result is returned immediately. */
export function importGeoJSON(data: string | GeoJSON.GeoJSON, callback?: GeoJSONDelegate | Callback): ItemCollection | undefined {
  const delegate: GeoJSONDelegate = typeof callback === "function" ? {} : (callback ?? {});
  // Without a delegate for errors, log the error.
  const isHeard = typeof callback === "function" || callback?.geoJSONDidError !== undefined;
  const done: Callback = typeof callback === "function" ? callback : error => void (error && !isHeard && complain(`importGeoJSON: ${error.message}`));
  if (typeof data === "string" && !data.trim().startsWith("{")) {
    fetchGeoJSON(data).then(
      found => finish(found, delegate, done),
      (error: Error) => fail(error, undefined, delegate, done),
    );
    return undefined;
  }
  let object: GeoJSON.GeoJSON;
  try {
    object = typeof data === "string" ? (JSON.parse(data) as GeoJSON.GeoJSON) : data;
  } catch (error) {
    fail(new GeoJSONImportError(`The text is not valid JSON: ${(error as Error).message}`), undefined, delegate, done);
    return undefined;
  }
  return finish(object, delegate, done);
}

async function fetchGeoJSON(url: string): Promise<GeoJSON.GeoJSON> {
  const response = await fetch(url).catch((error: Error) => {
    throw new GeoJSONImportError(`The request to ${url} failed: ${error.message}`);
  });
  if (!response.ok) throw new GeoJSONImportError(`${url} responded with ${response.status} ${response.statusText}.`);
  try {
    return (await response.json()) as GeoJSON.GeoJSON;
  } catch {
    throw new GeoJSONImportError(`${url} responded with something that is not JSON.`);
  }
}

function finish(object: GeoJSON.GeoJSON, delegate: GeoJSONDelegate, done: Callback): ItemCollection | undefined {
  try {
    const made = new Importer(delegate).read(object);
    const result = made instanceof ItemCollection ? made : new ItemCollection(toList(made), object);
    delegate.geoJSONDidComplete?.(result, object);
    done(null, result);
    return result;
  } catch (error) {
    fail(error as Error, object, delegate, done);
    return undefined;
  }
}

function fail(error: Error, object: GeoJSON.GeoJSON | undefined, delegate: GeoJSONDelegate, done: Callback): void {
  delegate.geoJSONDidError?.(error, object);
  done(error, object);
}

function toList(made: Made): Item[] {
  return [made ?? []].flat() as Item[];
}

/**
 * Reads a GeoJSON tree, from its leaves up. The delegate gets the geometries in a feature with the feature's `properties` and
 * `id`: Apple documents "the feature or geometry object", so pages read both.
 */
class Importer {
  readonly #delegate: GeoJSONDelegate;
  #feature: GeoJSON.Feature | null = null;

  constructor(delegate: GeoJSONDelegate) {
    this.#delegate = delegate;
  }

  read(object: GeoJSON.GeoJSON): Made {
    const delegate = this.#delegate;
    switch (object?.type) {
      case "FeatureCollection": {
        const items = new ItemCollection(list(object.features, "features").flatMap(feature => toList(this.read(feature))), object);
        return delegate.itemForFeatureCollection ? this.#collected(delegate.itemForFeatureCollection(items, object), object) : items;
      }
      case "Feature":
        return this.#readFeature(object);
      case "GeometryCollection": {
        const items = new ItemCollection(list(object.geometries, "geometries").flatMap(geometry => toList(this.read(geometry))), object);
        return delegate.itemForGeometryCollection ? this.#collected(delegate.itemForGeometryCollection(items, object), object) : items;
      }
      default:
        return this.#readGeometry(object);
    }
  }

  #collected(made: Made, object: GeoJSON.GeoJSON): Made {
    return Array.isArray(made) ? new ItemCollection(made, object) : made;
  }

  #readFeature(feature: GeoJSON.Feature): Made {
    const outer = this.#feature;
    this.#feature = feature;
    const made = feature.geometry ? this.read(feature.geometry) : null;
    this.#feature = outer;
    const item = Array.isArray(made) ? new ItemCollection(made, feature) : (made ?? null);
    return this.#delegate.itemForFeature ? this.#delegate.itemForFeature(item, feature) : item;
  }

  #readGeometry(geometry: GeoJSON.Geometry): Made {
    const delegate = this.#delegate;
    const many = <P>(parts: P[], read: (part: P) => Made) => new ItemCollection(parts.flatMap(part => toList(read(part))), geometry);
    switch (geometry?.type) {
      case "Point":
        return this.#point(geometry);
      case "LineString":
        return this.#line(geometry);
      case "Polygon":
        return this.#polygon(geometry);
      case "MultiPoint": {
        const items = many(list(geometry.coordinates, "coordinates"), coordinates => this.#point({ type: "Point", coordinates }));
        return delegate.itemForMultiPoint ? this.#collected(delegate.itemForMultiPoint(items, geometry), geometry) : items;
      }
      case "MultiLineString": {
        const items = many(list(geometry.coordinates, "coordinates"), coordinates => this.#line({ type: "LineString", coordinates }));
        return delegate.itemForMultiLineString ? this.#collected(delegate.itemForMultiLineString(items, geometry), geometry) : items;
      }
      case "MultiPolygon": {
        const items = many(list(geometry.coordinates, "coordinates"), coordinates => this.#polygon({ type: "Polygon", coordinates }));
        return delegate.itemForMultiPolygon ? this.#collected(delegate.itemForMultiPolygon(items, geometry), geometry) : items;
      }
      default:
        throw new GeoJSONImportError(`A type of GeoJSON is expected, for example "Feature"; got ${shown((geometry as { type?: unknown } | null)?.type)}.`);
    }
  }

  #point(geometry: GeoJSON.Point): Made {
    const coordinate = toCoordinate(geometry.coordinates);
    const told = this.#told(geometry);
    return this.#delegate.itemForPoint ? this.#delegate.itemForPoint(coordinate, told) : new MarkerAnnotation(coordinate, { data: told });
  }

  #line(geometry: GeoJSON.LineString): Made {
    const told = this.#told(geometry);
    const overlay = new PolylineOverlay(list(geometry.coordinates, "coordinates").map(toCoordinate), { data: told });
    return this.#styled(this.#delegate.itemForLineString ? this.#delegate.itemForLineString(overlay, told) : overlay, told);
  }

  #polygon(geometry: GeoJSON.Polygon): Made {
    // The last position of a ring repeats the first.
    const rings = list(geometry.coordinates, "coordinates").map(ring => ring.slice(0, -1).map(toCoordinate));
    const told = this.#told(geometry);
    const overlay = new PolygonOverlay(wound(rings), { data: told });
    return this.#styled(this.#delegate.itemForPolygon ? this.#delegate.itemForPolygon(overlay, told) : overlay, told);
  }

  /** A geometry with the members of its feature. */
  #told<G extends GeoJSON.Geometry>(geometry: G): G {
    if (!this.#feature) return geometry;
    const { id, properties } = this.#feature;
    return { ...geometry, properties, ...(id === undefined ? {} : { id }) };
  }

  /** Overlays with the style of the delegate, which is asked after it could replace them. */
  #styled(made: Made, geometry: GeoJSON.GeoJSON): Made {
    for (const overlay of toList(made)) {
      const style = overlay instanceof Overlay && this.#delegate.styleForOverlay?.(overlay, geometry);
      if (style) overlay.style = style;
    }
    return made;
  }
}

/** Rings whose holes run against the outline, as RFC 7946 wants it and many files have it not. */
function wound([outline, ...holes]: Coordinate[][]): Coordinate[][] {
  if (!outline) return [];
  const isPositive = (ring: Coordinate[]) => signedArea(ring.map(({ longitude, latitude }) => [longitude, latitude])) > 0;
  return [outline, ...holes.map(hole => (isPositive(hole) === isPositive(outline) ? hole.reverse() : hole))];
}

function toCoordinate(position: GeoJSON.Position): Coordinate {
  const [longitude, latitude] = position ?? [];
  try {
    return new Coordinate(latitude, longitude);
  } catch {
    throw new GeoJSONImportError(`A position must be [longitude, latitude], for example [24.94, 60.17]; got ${JSON.stringify(position)}.`);
  }
}

function list<T>(value: T[], member: string): T[] {
  if (Array.isArray(value)) return value;
  throw new GeoJSONImportError(`'${member}' must be a list; got ${shown(value)}.`);
}
