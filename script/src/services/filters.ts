/** Filters by category: for points of interest, and for address components. */

import type { AddressCategory, PointOfInterestCategory } from "../core/enumerations";
import { shown } from "../geometry/numbers";

/** A list of categories to include or to exclude. */
class CategoryFilter<Category extends string> {
  /** The listed categories, and whether they are included or excluded. */
  readonly named: readonly Category[];
  readonly includes: boolean;

  constructor(categories: readonly Category[], includes: boolean, what: string) {
    if (!Array.isArray(categories)) {
      throw new TypeError(`[MapKit] ${what} must be a list of categories, for example ["Cafe"]; got ${shown(categories)}.`);
    }
    this.named = Object.freeze([...new Set(categories)]);
    this.includes = includes;
  }

  includesCategory(category: Category): boolean {
    return this.named.includes(category) === this.includes;
  }

  excludesCategory(category: Category): boolean {
    return !this.includesCategory(category);
  }
}

/** The points of interest that a map shows and a search finds. */
export class PointOfInterestFilter extends CategoryFilter<PointOfInterestCategory> {
  static including(categories: readonly PointOfInterestCategory[]): PointOfInterestFilter {
    return new PointOfInterestFilter(categories, true, "PointOfInterestFilter.including");
  }

  static excluding(categories: readonly PointOfInterestCategory[]): PointOfInterestFilter {
    return new PointOfInterestFilter(categories, false, "PointOfInterestFilter.excluding");
  }

  static includingAllCategories = (): PointOfInterestFilter => filterIncludingAllCategories;
  static excludingAllCategories = (): PointOfInterestFilter => filterExcludingAllCategories;
  static get filterIncludingAllCategories(): PointOfInterestFilter {
    return filterIncludingAllCategories;
  }

  static get filterExcludingAllCategories(): PointOfInterestFilter {
    return filterExcludingAllCategories;
  }
}

export const filterIncludingAllCategories = PointOfInterestFilter.excluding([]);
export const filterExcludingAllCategories = PointOfInterestFilter.including([]);

/** The address components that a search finds. */
export class AddressFilter extends CategoryFilter<AddressCategory> {
  static including(categories: readonly AddressCategory[]): AddressFilter {
    return new AddressFilter(categories, true, "AddressFilter.including");
  }

  static excluding(categories: readonly AddressCategory[]): AddressFilter {
    return new AddressFilter(categories, false, "AddressFilter.excluding");
  }

  static includingAllCategories = (): AddressFilter => AddressFilter.excluding([]);
  static excludingAllCategories = (): AddressFilter => AddressFilter.including([]);
}
