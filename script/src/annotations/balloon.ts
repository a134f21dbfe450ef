/** The balloon of a marker, drawn as SVG: 40 by 48 CSS pixels, its tip at the bottom centre. */

import { svg } from "../map/dom";

export const BALLOON_WIDTH = 40;
export const BALLOON_HEIGHT = 48;
/** Height of the balloon without the space above it. */
export const DRAWN_HEIGHT = 42;
/** Scale of a selected balloon. */
export const SELECTED_SCALE = 1.4;

/** A disc of 34 pixels with a short tip. */
const OUTLINE =
  "M20 1.5C10.6 1.5 3 9.1 3 18.5c0 8.3 5.9 14.4 12.6 16.4 1.7.5 2.4 1.4 2.8 2.9" +
  ".2.9.9 1.3 1.6 1.3s1.4-.4 1.6-1.3c.4-1.5 1.1-2.4 2.8-2.9C31.1 32.9 37 26.8 37 18.5 37 9.1 29.4 1.5 20 1.5z";

let count = 0;

/** The balloon in `color`, without a glyph. */
export function drawBalloon(color: string): SVGElement {
  const shine = `mk-shine-${++count}`;
  const gradient = svg("linearGradient", { id: shine, x1: 0, y1: 0, x2: 0, y2: 1 }, [
    svg("stop", { offset: 0, "stop-color": "#fff", "stop-opacity": 0.22 }),
    svg("stop", { offset: 0.6, "stop-color": "#fff", "stop-opacity": 0 }),
    svg("stop", { offset: 1, "stop-color": "#000", "stop-opacity": 0.08 }),
  ]);
  const size = { viewBox: `0 0 ${BALLOON_WIDTH} ${BALLOON_HEIGHT}`, width: BALLOON_WIDTH, height: BALLOON_HEIGHT };
  const balloon = svg("svg", { ...size, class: "mk-balloon", "aria-hidden": "true" }, [
    svg("defs", {}, [gradient]),
    svg("ellipse", { class: "mk-ground", cx: 20, cy: 46.6, rx: 3.4, ry: 1.3 }),
    svg("path", { class: "mk-rim", d: OUTLINE, transform: "translate(0 5.4)" }),
    svg("path", { class: "mk-body", d: OUTLINE, transform: "translate(0 5.4)" }),
    svg("path", { d: OUTLINE, transform: "translate(0 5.4)", fill: `url(#${shine})` }),
  ]);
  paintBalloon(balloon, color);
  return balloon;
}

export function paintBalloon(balloon: Element, color: string): void {
  balloon.querySelector<SVGElement>(".mk-body")!.style.fill = color;
}

/** The dot of a marker without a glyph. */
export function drawDot(): SVGElement {
  return svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, [
    svg("circle", { cx: 10, cy: 10, r: 6, fill: "currentColor" }),
  ]);
}
