import { describe, expect, it } from "vitest";
import { constrain, distanceAt, fit, fitWithin, type Frame, projection, unproject, visibleRect, zoomAt } from "../src/map/camera";
import { rectAround, roomFor } from "../src/map/extent";
import { narrowed } from "../src/map/points_of_interest";
import { Padding } from "../src/geometry/padding";
import { Coordinate, MapPoint } from "../src/geometry/points";
import { CoordinateRegion, CoordinateSpan, MapRect } from "../src/geometry/regions";
import { PointOfInterestFilter } from "../src/services/filters";
import { isImperial, scaleFor } from "../src/controls/scale";
import { isTouchpad, type Turn } from "../src/map/wheel";
import { wordsFor } from "../src/controls/words";

const FRAME: Frame = { width: 1200, height: 800, padding: new Padding() };
const VADUZ = new CoordinateRegion(new Coordinate(47.141, 9.5215), new CoordinateSpan(0.012, 0.016));

describe("the camera", () => {
  it("shows a region completely, as large as it fits", () => {
    expect(fit(VADUZ.toMapRect(), FRAME).zoom).toBeCloseTo(14.96, 2);
  });

  it("returns the region that was set", () => {
    const shown = visibleRect(fit(VADUZ.toMapRect(), FRAME), FRAME).toCoordinateRegion();
    expect(shown.center.latitude).toBeCloseTo(47.141, 5);
    expect(shown.span.latitudeDelta).toBeCloseTo(0.012, 5);
    expect(shown.span.longitudeDelta).toBeGreaterThan(0.016);
  });

  it("takes its padding into account", () => {
    const padded = { ...FRAME, padding: new Padding(0, 0, 0, 400) };
    const pixel = projection(fit(VADUZ.toMapRect(), padded), padded)(VADUZ.center.toMapPoint());
    expect(pixel.x).toBeCloseTo(800, 3);
  });

  it.each([0, 30, 90, 200])("finds the point below a pixel again, turned by %i degrees", rotation => {
    const camera = { x: 0.55, y: 0.35, zoom: 12, rotation };
    const pixel = { x: 123, y: 456 };
    const there = projection(camera, FRAME)(unproject(pixel, camera, FRAME));
    expect(there.x).toBeCloseTo(pixel.x, 5);
    expect(there.y).toBeCloseTo(pixel.y, 5);
  });

  it("has the west at the top after a rotation by 90 degrees", () => {
    const camera = { x: 0.5, y: 0.5, zoom: 5, rotation: 90 };
    const west = projection(camera, FRAME)(new MapPoint(0.499, 0.5));
    expect(west.y).toBeLessThan(400);
    expect(west.x).toBeCloseTo(600, 6);
  });

  it("takes the nearest copy of the world", () => {
    const camera = { x: 0.99, y: 0.5, zoom: 3, rotation: 0 };
    expect(projection(camera, FRAME)(new MapPoint(0.01, 0.5)).x).toBeGreaterThan(600);
  });

  it("converts between distance and zoom by one formula", () => {
    const camera = { x: 0.5, y: 0.3, zoom: 14, rotation: 0 };
    expect(zoomAt(distanceAt(camera, FRAME), camera.y, FRAME)).toBeCloseTo(14, 9);
  });

  it("stays within its limits, and shows nothing beyond the poles", () => {
    const free = { lowest: 0, highest: 20, boundary: null };
    expect(constrain({ x: 0.5, y: 0.01, zoom: 2, rotation: 0 }, free, FRAME).y).toBeCloseTo(400 / 2048, 9);
    expect(constrain({ x: 0.5, y: 0.5, zoom: 0, rotation: 0 }, free, FRAME).zoom).toBeCloseTo(Math.log2(800 / 512), 9);
    const held = { lowest: 10, highest: 12, boundary: new MapRect(0.4, 0.4, 0.1, 0.1) };
    expect(constrain({ x: 0.9, y: 0.1, zoom: 15, rotation: 0 }, held, FRAME)).toEqual({ x: 0.5, y: 0.4, zoom: 12, rotation: 0 });
  });

  it("fits items within a given padding", () => {
    const room = new Padding(0, 0, 0, 600);
    const camera = fitWithin(VADUZ.toMapRect(), FRAME, room, 0, 20);
    expect(projection(camera, FRAME)(VADUZ.center.toMapPoint()).x).toBeCloseTo(900, 3);
  });
});

describe("the extent of items", () => {
  it("crosses the antimeridian if that is shorter", () => {
    const rect = rectAround([{ latitude: 0, longitude: 170 }, { latitude: 0, longitude: -170 }]);
    expect(rect.size.width).toBeCloseTo(20 / 360, 9);
  });

  it.each([25, 24.943934, -0.1276, 179.99])("is a point for one item at %f degrees", longitude => {
    expect(rectAround([{ latitude: 60, longitude }]).size.width).toBe(0);
  });

  it("adds the page's padding to the margin", () => {
    expect(roomFor([], new Padding(10, 0, 0, 0), { width: 800, height: 600 }).top).toBe(22);
  });

  it("has room for an open callout, unless that leaves too little for the items", () => {
    const [padding, callout] = [new Padding(40, 40, 40, 40), { top: 80, right: 100, left: 100 }];
    expect(roomFor([], padding, { width: 800, height: 600 }, callout)).toMatchObject({ top: 132, left: 152, right: 152 });
    expect(roomFor([], padding, { width: 390, height: 300 }, callout)).toMatchObject({ top: 52, left: 52, right: 52 });
  });
});

describe("points of interest", () => {
  it("are narrowed without losing the layer's own filter", () => {
    const own = ["has", "name"] as never;
    expect(narrowed(own, null)).toBe(own);
    expect(narrowed(own, PointOfInterestFilter.excluding([]))).toBe(own);
    const cafes = narrowed(own, PointOfInterestFilter.including(["Cafe"])) as unknown[];
    expect(cafes[0]).toBe("all");
    expect(JSON.stringify(cafes)).toContain('["literal",["Cafe"]]');
  });

  it("are filtered by the category that the style derives, if the tiles have none", () => {
    const kind = ["match", ["get", "class"], "cafe", "Cafe", "Landmark"];
    const cafes = narrowed(undefined, PointOfInterestFilter.including(["Cafe"]), kind);
    expect(cafes).toEqual(["in", ["coalesce", kind, ""], ["literal", ["Cafe"]]]);
  });
});

describe("the scale", () => {
  it("is the largest round distance that fits", () => {
    expect(scaleFor(1, 110, false, "en")).toEqual({ text: "100 m", widthPx: 100 });
    expect(scaleFor(30, 110, false, "en").text).toBe("2 km");
    expect(scaleFor(1, 110, true, "en").text).toBe("200 ft");
  });

  it("adapts to the language's country", () => {
    expect(isImperial("adaptive", "en-US")).toBe(true);
    expect(isImperial("adaptive", "fi")).toBe(false);
    expect(isImperial("metric", "en-US")).toBe(false);
  });

  it("has its words in the page's language, else in English", () => {
    expect(wordsFor("de-AT").zoomIn).toBe("Vergrößern");
    expect(wordsFor("xx").zoomIn).toBe("Zoom in");
  });
});

describe("the wheel", () => {
  it.each<[string, boolean, Partial<Turn>]>([
    ["a step of a wheel", false, { deltaY: 100, wheelDeltaY: -120 }],
    ["a step of a wheel at another size of the display", false, { deltaY: 66.67, wheelDeltaY: -120 }],
    ["a wheel on macOS", false, { deltaY: 4.000244140625, wheelDeltaY: -12 }],
    ["a wheel in lines, as in Firefox", false, { deltaY: 3, deltaMode: 1 }],
    ["a wheel where no steps are told", false, { deltaY: 100 }],
    ["an event made by a script", false, { deltaY: -200, wheelDeltaY: 200 }],
    ["a tilted wheel", false, { deltaX: 100, wheelDeltaX: -120 }],
    ["two fingers on a touchpad", true, { deltaY: 1, wheelDeltaY: -3 }],
    ["fast fingers", true, { deltaX: 3, deltaY: 120, wheelDeltaX: -9, wheelDeltaY: -360 }],
    ["fingers where no steps are told", true, { deltaY: 12 }],
  ])("%s: of a touchpad is %s", (_, expected, turn) => {
    expect(isTouchpad({ deltaX: 0, deltaY: 0, deltaMode: 0, ...turn })).toBe(expected);
  });
});
