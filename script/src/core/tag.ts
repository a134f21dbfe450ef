/** What the attributes of the script tag ask for: token, language, libraries, and a function to call. */

import { complain } from "./console";
import { tag } from "./host";
import type { MapKit } from "./kit";

/** Do what the tag says. `data-callback` is called when the libraries are there, and also when they are not. */
export async function obeyTag(kit: MapKit): Promise<void> {
  const { token, initialToken, language, libraries, callback } = tag?.dataset ?? {};
  if (language) kit.language = language;
  if (token || initialToken) kit.init({ language: language ?? null });
  try {
    if (libraries) await kit.load(libraries);
    else await Promise.resolve();
  } catch {
    // load() has said why; the page's callback is called all the same.
  }
  if (callback) call(callback);
}

/** The name that Apple's loader puts there for itself; it needs no function. */
const LOADER = "initMapKitLoaderV2";

function call(path: string): void {
  const names = path.split(".");
  const last = names.pop()!;
  const owner = names.reduce<unknown>((object, name) => (object as Record<string, unknown> | undefined)?.[name], globalThis);
  const target = (owner as Record<string, unknown> | undefined)?.[last];
  if (typeof target === "function") target.call(owner);
  else if (path !== LOADER) complain(`data-callback: there is no function ${path}.`);
}
