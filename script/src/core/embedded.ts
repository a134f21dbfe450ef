/** An embedded page contains its first bootstrap, and requests later ones from a different path. */

import { type Bootstrap, read } from "./bootstrap";
import { base, tag } from "./host";

/** Path for renewals of an embedded page, where its token is checked for the Embed API. */
export const EMBEDDED_PATH = "/embed/v1/bootstrap";

/** The id of the element that contains the bootstrap as JSON; undefined on other pages. */
export const embedded: string | undefined = tag?.dataset["embedded"];

/** The bootstrap in the page; null if there is none, or if it is invalid. */
export function readEmbedded(): Bootstrap | null {
  const text = embedded && document.getElementById(embedded)?.textContent;
  if (!text) return null;
  try {
    return read(JSON.parse(text), base);
  } catch {
    return null; // then it is requested
  }
}
