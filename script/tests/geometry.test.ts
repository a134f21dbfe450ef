import { describe, expect, it } from "vitest";
import { CameraZoomRange } from "../src/geometry/camera_zoom_range";
import { Padding } from "../src/geometry/padding";
import { Coordinate, destination, distanceBetween, MapPoint, toCoordinate } from "../src/geometry/points";
import { BoundingRegion, CoordinateRegion, CoordinateSpan, MapRect, toRegion } from "../src/geometry/regions";

describe("Coordinate", () => {
  it("is projected to the unit square by Web Mercator", () => {
    const middle = new Coordinate(0, 0).toMapPoint();
    expect([middle.x, middle.y]).toEqual([0.5, 0.5]);
    const corner = new Coordinate(85.0511287798066, -180).toMapPoint();
    expect(corner.x).toBe(0);
    expect(corner.y).toBeCloseTo(0, 12);
  });

  it("is converted to a map point and back within a billionth of a degree", () => {
    const there = new Coordinate(60.1699, 24.9384);
    const back = there.toMapPoint().toCoordinate();
    expect(back.latitude).toBeCloseTo(there.latitude, 9);
    expect(back.longitude).toBeCloseTo(there.longitude, 9);
  });

  it("is wrapped into the unit square on request", () => {
    expect(new Coordinate(0, 190).toMapPoint().x).toBeCloseTo(10 / 360, 12);
    expect(new Coordinate(0, 190).toUnwrappedMapPoint().x).toBeCloseTo(370 / 360, 12);
  });

  it("is refused with a clear message if it is invalid", () => {
    expect(() => new Coordinate("60" as never, 24)).toThrow('latitude must be a number, for example 60.17; got "60".');
    expect(() => new Coordinate(60, Number.NaN)).toThrow("longitude must be a number, for example 24.94; got NaN.");
    expect(() => toCoordinate([60, 24], "Map: center")).toThrow("Map: center must be a Coordinate");
  });

  it("may be a plain object everywhere", () => {
    expect(toCoordinate({ latitude: 1, longitude: 2 }, "x").equals(new Coordinate(1, 2))).toBe(true);
  });
});

describe("regions", () => {
  it("have the same bounds in every form", () => {
    const region = new CoordinateRegion(new Coordinate(47.141, 9.5215), new CoordinateSpan(0.012, 0.016));
    const back = region.toMapRect().toCoordinateRegion();
    expect(back.center.latitude).toBeCloseTo(47.141, 9);
    expect(back.span.latitudeDelta).toBeCloseTo(0.012, 9);
    expect(back.span.longitudeDelta).toBeCloseTo(0.016, 9);
    expect(region.toMapRect().size.width).toBeCloseTo(4.444e-5, 8);
  });

  it("may cross the antimeridian", () => {
    const region = new BoundingRegion(10, -170, -10, 170).toCoordinateRegion();
    expect(region.center.longitude).toBe(180);
    expect(region.span.longitudeDelta).toBe(20);
    expect(region.toMapRect().minX()).toBeCloseTo(350 / 360, 12);
  });

  it("copy their arguments", () => {
    const center = new Coordinate(1, 2);
    const region = new CoordinateRegion(center, new CoordinateSpan(1, 1));
    center.latitude = 50;
    expect(region.center.latitude).toBe(1);
  });

  it("have the distance to their farthest corner as radius", () => {
    const region = new CoordinateRegion(new Coordinate(0, 0), new CoordinateSpan(2, 2));
    expect(region.radius).toBeCloseTo(distanceBetween({ latitude: 0, longitude: 0 }, { latitude: 1, longitude: 1 }), 3);
  });

  it("may be plain objects", () => {
    const region = toRegion({ center: { latitude: 1, longitude: 2 }, span: { latitudeDelta: 3, longitudeDelta: 4 } }, "x");
    expect(region.span.longitudeDelta).toBe(4);
  });

  it("scale around a fixed point", () => {
    const doubled = new MapRect(0.1, 0.2, 0.3, 0.4).scale(2);
    expect(doubled.midX()).toBeCloseTo(0.25, 12);
    expect(doubled.size.height).toBeCloseTo(0.8, 12);
    expect(new MapRect(0, 0, 0.5, 0.5).scale(2, new MapPoint(0, 0)).minX()).toBe(0);
  });
});

describe("small shapes", () => {
  it("Padding takes one object or up to four numbers", () => {
    expect(new Padding({ top: 1, left: 4 }).equals({ top: 1, right: 0, bottom: 0, left: 4 })).toBe(true);
    expect(new Padding(1, 2, 3, 4).left).toBe(4);
    expect(new Padding(1).right).toBe(0);
    expect(String(new Padding([5, 10, 0, 25]))).toBe("Padding(5, 10, 0, 25)");
    expect(new Padding([5, 10]).left).toBe(0);
  });

  it("CameraZoomRange takes two numbers or an object, in any order", () => {
    expect(new CameraZoomRange(500, 100).minCameraDistance).toBe(100);
    expect(new CameraZoomRange({ minCameraDistance: 250 }).maxCameraDistance).toBe(Infinity);
    expect(() => new CameraZoomRange(-1, 5)).toThrow("two distances of 0 metres or more");
  });

  it("a destination has the given distance", () => {
    const from = new Coordinate(60, 25);
    expect(distanceBetween(from, destination(from, 1234, 77))).toBeCloseTo(1234, 6);
  });
});
