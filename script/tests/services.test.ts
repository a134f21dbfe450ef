import { describe, expect, it } from "vitest";
import { Geocoder } from "../src/services/geocoder";
import { SearchAutocompleteResult } from "../src/services/place";
import { Search } from "../src/services/search";

describe("a question", () => {
  it("with an empty text has no completions, and is not sent", async () => {
    expect(await new Search().autocomplete(" ")).toEqual({ query: " ", results: [] });
  });

  it.each([undefined, null, 5, { lat: 1 }])("that is %s is refused with a sentence", async query => {
    const said = await new Search().search(query as never).catch((error: Error) => error.message);
    expect(said).toContain("[MapKit] Search.search: query must be a string or a result of autocomplete; got ");
    const completed = await new Search().autocomplete(query as never).catch((error: Error) => error.message);
    expect(completed).toContain("[MapKit] Search.autocomplete: query must be a string");
    expect(() => new Geocoder().lookup(query as never)).toThrow("[MapKit] Geocoder.lookup: place must be a string");
  });

  it("may be a copy of a completion", () => {
    const row = new SearchAutocompleteResult({ displayLines: ["Kiasma", "Helsinki"], completionUrl: "/v1/search?q=Kiasma" });
    expect(SearchAutocompleteResult.completionOf(row)).toBe("/v1/search?q=Kiasma");
    expect(SearchAutocompleteResult.completionOf({ ...row } as SearchAutocompleteResult)).toBeNull();
  });
});
