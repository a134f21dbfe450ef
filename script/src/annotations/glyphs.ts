/** Colours and glyphs for categories of places. */

import type { PointOfInterestCategory } from "../core/enumerations";
import type { ImageDelegate } from "./images";

export interface Look {
  readonly color: string;
  /** The path of a glyph in a square of 20. */
  readonly glyph: string | null;
}

const FOOD = "M6 3v5a2 2 0 0 0 1.2 1.8V17h1.6V9.8A2 2 0 0 0 10 8V3H9v4H8.4V3h-.8v4H7V3zm7.5 0C12.1 3 11.5 5 11.5 7.5c0 2 .8 3 1.5 3.3V17h1.6V3z";
const BAG = "M6.5 7V6a3.5 3.5 0 0 1 7 0v1H16l1 10H3L4 7zm1.6 0h3.8V6a1.9 1.9 0 0 0-3.8 0z";
const BUS = "M6 3h8a2 2 0 0 1 2 2v9a1 1 0 0 1-1 1v1.5h-2V15H7v1.5H5V15a1 1 0 0 1-1-1V5a2 2 0 0 1 2-2zm0 3v4h8V6zm.7 5.5a1 1 0 1 0 0 2 1 1 0 0 0 0-2zm6.6 0a1 1 0 1 0 0 2 1 1 0 0 0 0-2z";
const TREE = "M10 2.5 5.5 8H7l-3 4h2.2L3.5 15.5h5.6V18h1.8v-2.5h5.6L13.8 12H16l-3-4h1.5z";
const COLUMNS = "M10 2.5 3 6v1.5h14V6zM4.5 8.5v6h2v-6zm4.5 0v6h2v-6zm4.5 0v6h2v-6zM3 15.5V17h14v-1.5z";
const CROSS = "M8 3h4v5h5v4h-5v5H8v-5H3V8h5z";
const BED = "M3 4.5v11h1.6V13.5h10.8v2H17V10a2.5 2.5 0 0 0-2.5-2.5H9v4H4.6v-7zM6.7 7.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z";
const HAT = "M10 4 1.5 8 10 12l6.5-3.1V13H18V8zM5 11v3c1.2 1.3 3 2 5 2s3.8-.7 5-2v-3l-5 2.3z";
const STAR = "m10 2.8 2.2 4.7 5.1.6-3.8 3.5 1 5.1L10 14.2l-4.5 2.5 1-5.1L2.7 8.1l5.1-.6z";
const P = "M6 3h5a4.3 4.3 0 0 1 0 8.6H8.3V17H6zm2.3 2v4.6H11a2.3 2.3 0 0 0 0-4.6z";
const BALL = "M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4zm0 4 3 2.2-1.2 3.5H8.2L7 9z";

type Group = readonly [color: string, glyph: string, categories: string];
const GROUPS: readonly Group[] = [
  ["#f28c28", FOOD, "Restaurant Cafe Bakery Brewery Distillery Winery FoodMarket Nightlife"],
  ["#e8a33d", BAG, "Store Laundry Beauty Spa AnimalService Bank ATM Mailbox PostOffice"],
  ["#3f83f8", BUS, "PublicTransport Airport CarRental AutomotiveRepair GasStation EVCharger Marina"],
  ["#4b7bec", P, "Parking RVPark Restroom"],
  ["#3fa34d", TREE, "Park NationalPark Beach Campground Zoo Aquarium Hiking Fishing Kayaking Surfing Golf Skiing"],
  ["#c2569b", COLUMNS, "Museum Theater MovieTheater MusicVenue Library Castle Fortress Landmark NationalMonument Planetarium ConventionCenter"],
  ["#e5484d", CROSS, "Hospital Pharmacy FireStation Police"],
  ["#8566d6", BED, "Hotel"],
  ["#9a7650", HAT, "School University"],
  ["#d6579a", STAR, "AmusementPark Fairground GoKart MiniGolf Bowling"],
  ["#1f9fb5", BALL, "Stadium FitnessCenter Baseball Basketball RockClimbing SkatePark Skating Soccer Swimming Tennis Volleyball"],
];

const LOOKS = new Map<string, Look>(
  GROUPS.flatMap(([color, glyph, categories]) => categories.split(" ").map(name => [name, { color, glyph }] as const)),
);
const PLAIN: Look = { color: "#ff5b40", glyph: null };

export function lookOf(category: PointOfInterestCategory | null): Look {
  return (category && LOOKS.get(category)) || PLAIN;
}

/** A glyph of a category, as the images of balloons are given. */
export class GlyphImage implements ImageDelegate {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  getImageUrl(_scale: number | undefined, callback: (url: string | null) => void): void {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="40" height="40"><path fill-rule="evenodd" d="${this.#path}"/></svg>`;
    callback(`data:image/svg+xml,${encodeURIComponent(svg)}`);
  }
}
