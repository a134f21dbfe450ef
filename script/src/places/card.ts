/** A card with details of a place: in a PlaceDetail, and next to a selected annotation. */

import { element } from "../map/dom";
import { Place, type SearchAutocompleteResult } from "../services/place";
import { PlaceLookup } from "../services/place_lookup";

/** Name, kind, address, telephone and pages of a place. */
export function placeCard(place: Place): HTMLElement {
  const kind = place.pointOfInterestCategory?.replace(/(?<=[a-z])(?=[A-Z])/g, " ") ?? null;
  const links = [
    ...(place.telephone ? [link(`tel:${place.telephone.replace(/\s/g, "")}`, place.telephone)] : []),
    ...(place.urls ?? []).filter(url => /^https?:/.test(url)).map(url => link(url, new URL(url).hostname.replace(/^www\./, ""))),
  ];
  return element("div", "mk-card", [
    element("div", "mk-card-name", [place.name ?? ""]),
    kind && element("div", "mk-card-kind", [kind]),
    place.formattedAddress && element("div", "mk-card-address", [place.formattedAddress]),
    links.length > 0 ? element("div", "mk-card-links", links) : null,
  ]);
}

function link(href: string, text: string): HTMLAnchorElement {
  const made = element("a", "mk-card-link", [text]);
  made.href = href;
  if (!href.startsWith("tel:")) Object.assign(made, { target: "_blank", rel: "noopener" });
  return made;
}

/** The card for an annotation with a selection accessory; its place is looked up by ID if necessary. */
export async function accessoryCard(id: string | null, place: Place | SearchAutocompleteResult | null): Promise<HTMLElement | null> {
  if (place instanceof Place) return placeCard(place);
  const found = id ? await new PlaceLookup().getPlace(id).catch(() => null) : null;
  return found ? placeCard(found) : null;
}
