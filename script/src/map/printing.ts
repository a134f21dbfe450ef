/** Printing: browsers print the canvas of WebGL empty, so a copy of it is printed. */

import type { Map as GlMap } from "maplibre-gl";
import { element } from "./dom";

export function watchPrinting(gl: GlMap, end: AbortSignal): void {
  const canvas = gl.getCanvas();
  const copy = element("canvas", "mk-print");
  const page = canvas.ownerDocument.defaultView ?? window;
  page.addEventListener(
    "beforeprint",
    () => {
      gl.redraw(); // its picture is there only within the task in which it was drawn
      const { width, height } = canvas;
      Object.assign(copy, { width, height });
      Object.assign(copy.style, { width: canvas.style.width, height: canvas.style.height });
      copy.getContext("2d")?.drawImage(canvas, 0, 0);
      canvas.after(copy);
    },
    { signal: end },
  );
  page.addEventListener("afterprint", () => copy.remove(), { signal: end });
}
