/** The icons of the controls: 20 by 20 pixels, in the text colour. */

import { svg } from "../map/dom";

function icon(paths: readonly string[], attributes: Record<string, string> = {}): SVGElement {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": 1.9, "stroke-linecap": "round", "stroke-linejoin": "round" };
  const drawn = paths.map(d => svg("path", { d, ...line, ...attributes }));
  return svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, drawn);
}

export const plus = () => icon(["M10 3.5v13", "M3.5 10h13"]);
export const minus = () => icon(["M3.5 10h13"]);
export const layers = () => icon(["M10 3 3 7l7 4 7-4-7-4Z", "m3.5 10.3 6.5 3.7 6.5-3.7", "m3.5 13.4 6.5 3.6 6.5-3.6"]);
export const arrow = () => icon(["M16.8 3.2 3.4 8.700l5.6 2.3 2.3 5.6 5.5-13.400Z"], { "stroke-width": "1.7" });
export const check = () => icon(["m4 10.5 4 4 8-9"]);

/** A dial with a needle; the needle points north. */
export function compass(): SVGElement {
  const ticks = Array.from({ length: 24 }, (_, i) =>
    svg("line", { x1: 22, y1: 4, x2: 22, y2: i % 6 === 0 ? 8 : 6, transform: `rotate(${i * 15} 22 22)`, class: "mk-tick" }),
  );
  return svg("svg", { viewBox: "0 0 44 44", width: 44, height: 44, "aria-hidden": "true" }, [
    svg("g", { class: "mk-dial" }, [
      ...ticks,
      svg("path", { d: "m22 9.5 4.2 12.500h-8.400z", class: "mk-north" }),
      svg("path", { d: "m22 34.5 4.2-12.500h-8.400z", class: "mk-south" }),
    ]),
  ]);
}
