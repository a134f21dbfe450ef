/** An embedded page brings its first bootstrap along, and has a path of its own for the later ones. */

import { type Bootstrap, read } from "./bootstrap";
import { base, tag } from "./host";

/** Where an embedded page renews its bootstrap: there its token is judged for the Embed API. */
export const EMBEDDED_PATH = "/embed/v1/bootstrap";

/** The id of the element that holds the bootstrap as JSON; undefined on other pages. */
export const embedded: string | undefined = tag?.dataset["embedded"];

/** The bootstrap that the page brought along, if it did and it can be read. */
export function readEmbedded(): Bootstrap | null {
  const text = embedded && document.getElementById(embedded)?.textContent;
  if (!text) return null;
  try {
    return read(JSON.parse(text), base);
  } catch {
    return null; // then it is asked for
  }
}
