/** The script tag of this script, and so the server and the version of MapKit JS that the page uses. */

function ownTag(): HTMLScriptElement | null {
  if (typeof document === "undefined") return null;
  if (document.currentScript instanceof HTMLScriptElement) return document.currentScript;
  return document.querySelector<HTMLScriptElement>('script[src*="/mk/"]');
}

/** The script tag of this script; null if it was not loaded by a tag. */
export const tag: HTMLScriptElement | null = ownTag();

/** The address of a script in a stack, as all browsers write it: a module that is imported has no tag. */
export function addressIn(stack: string | undefined): string | null {
  return /https?:\/\/[^\s()@]+?\/mk\/[^\s()?:]+\.m?js/.exec(stack ?? "")?.[0] ?? null;
}

const page = typeof location === "undefined" ? "http://localhost/" : location.href;
const address = new URL((tag?.src || addressIn(new Error().stack)) ?? page);

/** The base URL of the server that the script came from: `https://maps.example.com`, possibly with a path. */
export const base: string = address.origin + address.pathname.replace(/\/mk\/.*$/, "").replace(/\/$/, "");

/** The version of MapKit JS according to the path of the script. */
export const version: string = address.pathname.includes("/mk/5") ? "5.81.0" : "6.0.0";

/** What stands for a value that is absent: undefined in version 5, null in 6. The types are those of 6. */
export const absent = (version.startsWith("5") ? undefined : null) as null;

/** The URL of a chunk. */
export function asset(name: string): string {
  return `${base}/mk/assets/${name}`;
}
