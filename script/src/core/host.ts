/** Which script tag loaded us, hence which server answers, and which generation of MapKit JS the page asked for. */

function ownTag(): HTMLScriptElement | null {
  if (typeof document === "undefined") return null;
  if (document.currentScript instanceof HTMLScriptElement) return document.currentScript;
  return document.querySelector<HTMLScriptElement>('script[src*="/mk/"]');
}

/** Our own script tag; null where the script was not loaded by one. */
export const tag: HTMLScriptElement | null = ownTag();

/** The address of a script in a stack, as all browsers write it: a module that is imported has no tag. */
export function addressIn(stack: string | undefined): string | null {
  return /https?:\/\/[^\s()@]+?\/mk\/[^\s()?:]+\.m?js/.exec(stack ?? "")?.[0] ?? null;
}

const page = typeof location === "undefined" ? "http://localhost/" : location.href;
const address = new URL((tag?.src || addressIn(new Error().stack)) ?? page);

/** Where the script came from, which is where it asks: `https://maps.example.com`, with a path if it is below one. */
export const base: string = address.origin + address.pathname.replace(/\/mk\/.*$/, "").replace(/\/$/, "");

/** The version of MapKit JS that the page asked for by the path of the script. */
export const version: string = address.pathname.includes("/mk/5") ? "5.81.0" : "6.0.0";

/** The address of a chunk beside the script. */
export function asset(name: string): string {
  return `${base}/mk/assets/${name}`;
}
