/** The attributes of the script tag: token, language, libraries, and a callback. */

import { complain } from "./console";
import { tag } from "./host";
import type { MapKit } from "./kit";

/** Apply the attributes of the tag. `data-callback` is called after the libraries are loaded, or have failed to load. */
export async function obeyTag(kit: MapKit): Promise<void> {
  const { token, initialToken, language, libraries, callback } = tag?.dataset ?? {};
  if (language) kit.language = language;
  if (token || initialToken) kit.init({ language: language ?? null });
  try {
    if (libraries) await kit.load(libraries);
    else await Promise.resolve();
  } catch {
    // load() has logged the reason; the callback is called anyway.
  }
  if (callback) call(callback);
}

/** A name that Apple's loader sets for itself; there need not be a function of this name. */
const LOADER = "initMapKitLoaderV2";

function call(path: string): void {
  const names = path.split(".");
  const last = names.pop()!;
  const owner = names.reduce<unknown>((object, name) => (object as Record<string, unknown> | undefined)?.[name], globalThis);
  const target = (owner as Record<string, unknown> | undefined)?.[last];
  if (typeof target === "function") target.call(owner);
  else if (path !== LOADER) complain(`data-callback: there is no function ${path}.`);
}
