/** The face of the map's labels for titles and controls too, from the same files. */

import { base } from "../core/host";
import { session } from "../core/session";

/** Named in look.css before the fonts of the system, which stand in until it is there. */
const FAMILY = "Trigpoint Inter";
const WEIGHTS = [400, 500, 600] as const;
let loaded = false;

/** Load the face once a page; needs a bootstrap. */
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
