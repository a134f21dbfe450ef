/** The font of the map's labels, also used for titles and controls. */

import type { Map as GlMap } from "maplibre-gl";
import { base } from "../core/host";
import { session } from "../core/session";

/** Listed in look.css before system fonts, which are used until it is loaded. */
const FAMILY = "Trigpoint Inter";
const WEIGHTS = [400, 500, 600] as const;
let loaded = false;

/** Load the font once for each page; needs a bootstrap. */
export function loadFonts(): void {
  const key = session.bootstrap?.accessKey;
  if (loaded || !key) return;
  loaded = true;
  for (const weight of WEIGHTS) {
    const url = `${base}/ti/fonts/inter-latin-${weight}-normal.woff2?accessKey=${encodeURIComponent(key)}`;
    const face = new FontFace(FAMILY, `url(${JSON.stringify(url)})`, { weight: String(weight), display: "swap" });
    face.load().then(ready => document.fonts.add(ready), () => undefined);
  }
}

/** Remove the fonts of a map's style from the page before the map is removed or has another style: MapLibre leaves them there. */
export function releaseFonts(gl: GlMap): void {
  gl.style?.glyphManager.destroy();
}
