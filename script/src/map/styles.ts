/** Styles from the server: fetched once for each URL, and shared by the maps of a page. */

import type { StyleSpecification } from "maplibre-gl";
import type { ColorScheme, MapType } from "../core/enumerations";
import { session } from "../core/session";

/** A style that could not be loaded: `status` is that of the response, or 0 without one. */
export class StyleError extends Error {
  constructor(readonly status: number) {
    super(status === 0 ? "The server does not respond" : `The server responded with ${status} to the request for the style`);
  }
}

const NAMES: Readonly<Record<MapType, string>> = {
  standard: "standard",
  mutedStandard: "muted",
  hybrid: "hybrid",
  satellite: "satellite",
};

/** The responses as text, so that each map gets its own object. */
const fetched = new Map<string, Promise<string>>();

/** The style of a map type; needs a bootstrap. Throws StyleError. */
export async function fetchStyle(type: MapType, scheme: Exclude<ColorScheme, "adaptive">): Promise<StyleSpecification> {
  const { styleUrl } = session.bootstrap!;
  const url = styleUrl
    .replace("{style}", NAMES[type])
    .replace("{scheme}", scheme)
    .replace("{lang}", encodeURIComponent(session.language));
  const key = url.replace(/accessKey=[^&]*/, "");
  let style = fetched.get(key);
  if (!style) {
    const unanswered = () => {
      throw new StyleError(0);
    };
    style = fetch(withCurrentKey(url)).then(response => {
      if (!response.ok) throw new StyleError(response.status);
      return response.text().catch(unanswered);
    }, unanswered);
    style.catch(() => fetched.delete(key));
    fetched.set(key, style);
  }
  return JSON.parse(await style) as StyleSpecification;
}

/** A URL with the current access key, if it is one of the map's own. */
export function withCurrentKey(url: string): string {
  const key = session.bootstrap?.accessKey;
  if (!key || !url.includes("/ti/")) return url;
  return url.replace(/accessKey=[^&]*/, `accessKey=${encodeURIComponent(key)}`);
}
