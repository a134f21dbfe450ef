import { describe, expect, it } from "vitest";
import { cluster } from "../src/annotations/clustering";
import { Occupied } from "../src/annotations/collision";
import { importGeoJSON } from "../src/geojson/import";
import { ItemCollection } from "../src/geojson/items";
import { circleRing, partOf, polygonsOf, type Ring, unwrapped } from "../src/overlays/geometry";
import { hits } from "../src/overlays/hit";
import { LineGradient } from "../src/overlays/line_gradient";
import { shiftDash, withEnds } from "../src/overlays/paint";
import { CircleOverlay, PolygonOverlay, PolylineOverlay } from "../src/overlays/shapes";
import { Style } from "../src/overlays/style";
import { placeIdOf } from "../src/places/place_id";
import { Coordinate, distanceBetween } from "../src/geometry/points";
import { Padding } from "../src/geometry/padding";
import { MarkerAnnotation } from "../src/annotations/marker";

const point = (x: number, y: number, priority = 1000) => ({ x, y, priority });

describe("clusters", () => {
  const pixel = 1 / (512 * 2 ** 10);
  it("contain annotations that are closer than a balloon", () => {
    const points = [point(0.5, 0.5), point(0.5 + 40 * pixel, 0.5), point(0.5 + 120 * pixel, 0.5)];
    expect(cluster(points, 10).map(group => group.length)).toEqual([2, 1]);
    expect(cluster(points, 13).length).toBe(3);
  });

  it("have their most important member first", () => {
    const [first, second] = [point(0.5, 0.5, 250), point(0.5 + pixel, 0.5, 750)];
    expect(cluster([first, second], 10)[0]![0]).toBe(second);
  });

  it("of ten thousand points are computed quickly", () => {
    const points = Array.from({ length: 10_000 }, (_, i) => point((i % 100) / 100, Math.floor(i / 100) / 100));
    const start = performance.now();
    cluster(points, 3);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("collisions", () => {
  it("are found between boxes and circles", () => {
    const taken = new Occupied();
    taken.add({ left: 0, top: 0, right: 40, bottom: 40, isRound: true });
    expect(taken.meets({ left: 36, top: 36, right: 50, bottom: 50 })).toBe(false);
    expect(taken.meets({ left: 30, top: 15, right: 50, bottom: 25 })).toBe(true);
    expect(taken.meets({ left: 41, top: 0, right: 60, bottom: 40, isRound: true })).toBe(false);
  });
});

describe("lines", () => {
  it("continue across the antimeridian", () => {
    const line = unwrapped([{ latitude: 0, longitude: 179 }, { latitude: 0, longitude: -179 }]);
    expect(line[1]![0]).toBe(181);
  });

  it("follow their longitudes, the long way or the short one", () => {
    const span = (longitude: number) => new PolylineOverlay([{ latitude: 34, longitude }, { latitude: 36, longitude: 140 }])._rings()[0]!;
    expect(span(-118).map(([x]) => x)).toEqual([-118, 140]);
    expect(span(242).map(([x]) => x)).toEqual([242, 140]);
  });

  it("return a copy of their points", () => {
    const line = new PolylineOverlay([{ latitude: 0, longitude: 1 }, { latitude: 0, longitude: 2 }]);
    line.points[0]!.longitude = 9;
    line.points.pop();
    expect(line.points.map(({ longitude }) => longitude)).toEqual([1, 2]);
  });

  it("can be drawn in part", () => {
    const line = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }];
    expect(partOf(line, 0.25, 0.75)).toEqual([{ x: 0.5, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 0.5 }]);
    expect(partOf(line, 0.5, 0.5)).toEqual([]);
  });

  it("have dashes with an offset", () => {
    expect(shiftDash([6, 4], 0)).toEqual([6, 4]);
    expect(shiftDash([6, 4], 2)).toEqual([4, 4, 2, 0]);
    expect(shiftDash([6, 4], 8)).toEqual([0, 2, 6, 2]);
    expect(shiftDash([3], 0)).toEqual([3, 3]);
  });

  it("have gradients by length and by point", () => {
    const gradient = new LineGradient({ 0: "red", 1: "blue" });
    gradient.addColorStopAtIndex(1, "lime");
    expect(gradient.stopsAlong([0, 1, 4]).map(({ offset }) => offset)).toEqual([0, 0.25, 1]);
    const ends = withEnds([{ offset: 0.5, color: "red" }], "blue");
    expect(ends.map(({ offset, color }) => `${offset} ${color}`)).toEqual(["0 blue", "0.5 red", "1 blue"]);
    expect(() => gradient.addColorStop(2, "red")).toThrow("an offset must be from 0 to 1, for example 0.5; got 2.");
  });
});

const square = (from: number, to: number, turned = false): Ring => {
  const ring: Ring = [[from, from], [to, from], [to, to], [from, to]];
  return turned ? ring.reverse() : ring;
};

describe("areas", () => {
  it("have holes by the even-odd rule, and islands in them", () => {
    const polygons = polygonsOf([square(0, 10), square(2, 8), square(4, 6)], "evenodd");
    expect(polygons.map(rings => rings.length)).toEqual([2, 1]);
  });

  it("have holes by the nonzero rule only if the ring has the opposite direction", () => {
    expect(polygonsOf([square(0, 10), square(2, 8, true)], "nonzero").map(rings => rings.length)).toEqual([2]);
    expect(polygonsOf([square(0, 10), square(2, 8)], "nonzero").map(rings => rings.length)).toEqual([1, 1]);
  });

  it("may be circles with a radius in metres", () => {
    const ring = circleRing({ latitude: 60, longitude: 25 }, 500);
    for (const corner of ring) expect(distanceBetween(corner, { latitude: 60, longitude: 25 })).toBeCloseTo(500, 3);
  });
});

describe("a tap", () => {
  const camera = { x: 0.5, y: 0.5, zoom: 10, rotation: 0 };
  const frame = { width: 400, height: 400, padding: new Padding() };
  const middle = { x: 200, y: 200 };
  it("is on an area inside it, not in its hole", () => {
    const ring = (d: number) => [[d, -d], [d, d], [-d, d], [-d, -d]].map(([a, b]) => new Coordinate(a, b));
    expect(hits(new PolygonOverlay(ring(0.1)), middle, camera, frame)).toBe(true);
    const holed = [ring(0.2), ring(0.1)];
    expect(hits(new PolygonOverlay(holed, { style: { fillRule: "evenodd" } }), middle, camera, frame)).toBe(false);
    expect(hits(new PolygonOverlay(holed), middle, camera, frame)).toBe(true);
    expect(hits(new CircleOverlay(new Coordinate(0, 0), 5000), middle, camera, frame)).toBe(true);
  });

  it("is on a transparent area, and not on one without a colour", () => {
    const circle = (style: object) => hits(new CircleOverlay(new Coordinate(0, 0), 5000, { style }), middle, camera, frame);
    expect(circle({ fillOpacity: 0, strokeOpacity: 0 })).toBe(true);
    expect(circle({ fillColor: null })).toBe(false);
    const line = (style: object) => new PolylineOverlay([{ latitude: 0, longitude: -1 }, { latitude: 0, longitude: 1 }], { style });
    expect(hits(line({ strokeOpacity: 0 }), middle, camera, frame)).toBe(true);
    expect(hits(line({ strokeColor: null }), middle, camera, frame)).toBe(false);
    expect(hits(line({ lineWidth: 0 }), middle, camera, frame)).toBe(false);
  });

  it("is on a line near it", () => {
    const line = new PolylineOverlay([{ latitude: 0, longitude: -1 }, { latitude: 0, longitude: 1 }], { style: { lineWidth: 4 } });
    expect(hits(line, { x: 150, y: 205 }, camera, frame)).toBe(true);
    expect(hits(line, { x: 150, y: 207 }, camera, frame)).toBe(false);
  });
});

describe("a style", () => {
  it("refuses invalid values, with the rule", () => {
    expect(() => new Style({ fillOpacity: 2 })).toThrow("fillOpacity must be from 0 to 1, for example 0.5; got 2.");
    expect(() => (new Style().lineWidth = -1)).toThrow("lineWidth must be 0 or more CSS pixels; got -1.");
  });

  it("notifies overlays of every change", () => {
    const style = new Style();
    let changes = 0;
    style._watchers.add(() => changes++);
    style.lineWidth = 3;
    style.lineGradient = new LineGradient();
    style.lineGradient.addColorStop(0.5, "red");
    expect(changes).toBe(3);
  });
});

describe("GeoJSON", () => {
  const feature = (geometry: GeoJSON.Geometry | null) => ({ type: "Feature", properties: { a: 1 }, geometry }) as GeoJSON.Feature;

  it("becomes annotations and overlays that keep their properties", () => {
    const items = importGeoJSON({
      type: "FeatureCollection",
      features: [
        feature({ type: "Point", coordinates: [25, 60] }),
        feature({ type: "LineString", coordinates: [[25, 60], [26, 61]] }),
        feature({ type: "MultiPolygon", coordinates: [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[5, 5], [6, 5], [6, 6], [5, 5]]]] }),
        feature(null),
      ],
    })!;
    const flat = items.getFlattenedItemList();
    expect(flat.map(item => item.constructor.name)).toEqual(["MarkerAnnotation", "PolylineOverlay", "PolygonOverlay", "PolygonOverlay"]);
    expect((flat[0] as MarkerAnnotation).coordinate.latitude).toBe(60);
    expect(flat[0]!.data).toEqual({ type: "Point", coordinates: [25, 60], properties: { a: 1 } });
    expect((flat[2] as PolygonOverlay).points[0]!.length).toBe(3);
  });

  it("asks the delegate for each item", () => {
    const seen: string[] = [];
    const items = importGeoJSON(feature({ type: "MultiPoint", coordinates: [[1, 2], [3, 4]] }), {
      itemForPoint: coordinate => (coordinate.longitude === 1 ? new MarkerAnnotation(coordinate, { title: "one" }) : null),
      itemForMultiPoint: collection => (seen.push(`many ${collection.items.length}`), collection),
      itemForFeature: item => (seen.push("feature"), item),
      geoJSONDidComplete: result => seen.push(result instanceof ItemCollection ? "done" : "?"),
    })!;
    expect(seen).toEqual(["many 1", "feature", "done"]);
    expect(items.getFlattenedItemList().length).toBe(1);
  });

  it("passes a geometry with the properties of its feature to the delegate, and calls its style function last", () => {
    const seen: unknown[] = [];
    const overlay = new PolylineOverlay([]);
    importGeoJSON({ ...feature({ type: "LineString", coordinates: [[1, 2], [3, 4]] }), id: 7 }, {
      itemForLineString: (_, json) => (seen.push(json), overlay),
      styleForOverlay: (given, json) => (seen.push(given === overlay, "properties" in json), new Style({ lineWidth: 9 })),
    });
    expect(seen).toEqual([{ type: "LineString", coordinates: [[1, 2], [3, 4]], properties: { a: 1 }, id: 7 }, true, true]);
    expect(overlay.style.lineWidth).toBe(9);
  });

  it("keeps holes in either direction", () => {
    const ring = (from: number, to: number) => [[from, from], [to, from], [to, to], [from, to], [from, from]];
    const items = importGeoJSON({ type: "Polygon", coordinates: [ring(0, 9), ring(2, 4)] })!;
    const area = items.getFlattenedItemList()[0] as PolygonOverlay;
    expect(polygonsOf(area._rings(), area.style.fillRule).map(rings => rings.length)).toEqual([2]);
  });

  it("reports what is wrong", () => {
    let said = "";
    const callback = (error: Error | null) => (said = error?.message ?? "");
    importGeoJSON({ type: "Point", coordinates: ["a"] } as never, callback);
    expect(said).toBe('A position must be [longitude, latitude], for example [24.94, 60.17]; got ["a"].');
    importGeoJSON({ type: "Pont" } as never, callback);
    expect(said).toContain('got "Pont".');
    importGeoJSON("{", callback);
    expect(said).toContain("The text is not valid JSON");
  });
});

describe("Place IDs", () => {
  it.each([["n1", "I44DB04166AB43CD4"], ["w123456789", "I6B3CC4F303134D64"], ["r34914", "I398DA520DB5B503C"]])("%s is what the server makes of it", (ref, id) => {
    expect(placeIdOf(ref)).toBe(id);
  });

  it("are made for objects of OpenStreetMap only", () => {
    expect(placeIdOf("x1")).toBeNull();
    expect(placeIdOf("n")).toBeNull();
  });
});
