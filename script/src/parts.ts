/** Every member of `mapkit` that comes with a library. */

import { Place, SearchAutocompleteResult } from "./services/place";

export const parts: Readonly<Record<string, unknown>> = {
  Place,
  SearchAutocompleteResult,
};
