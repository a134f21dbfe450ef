/** Which script tag loaded us, hence which server answers, and which generation of MapKit JS the page asked for. */

function ownTag(): HTMLScriptElement | null {
  if (typeof document === "undefined") return null;
  if (document.currentScript instanceof HTMLScriptElement) return document.currentScript;
  return document.querySelector<HTMLScriptElement>('script[src*="/mk/"]');
}

/** Our own script tag; null where the script was not loaded by one. */
export const tag: HTMLScriptElement | null = ownTag();

const address = new URL(tag?.src || (typeof location === "undefined" ? "http://localhost/" : location.href));

/** Where the script came from, which is where it asks: `https://maps.example.com`, with a path if it is below one. */
export const base: string = address.origin + address.pathname.replace(/\/mk\/.*$/, "").replace(/\/$/, "");

/** The version of MapKit JS that the page asked for by the path of the script. */
export const version: string = address.pathname.includes("/mk/5") ? "5.81.0" : "6.0.0";

/** The address of a chunk beside the script. */
export function asset(name: string): string {
  return `${base}/mk/assets/${name}`;
}
