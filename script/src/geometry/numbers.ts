/** Checks and formats numbers. */

/** Return `value` if it is a finite number, else throw a TypeError with the member, the rule and the value received. */
export function finite(value: unknown, member: string, example: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`[MapKit] ${member} must be a number, for example ${example}; got ${shown(value)}.`);
}

const publicNames = new Map<unknown, string>();

/** Remember the names of the members of `mapkit` for messages, because the build shortens the names of classes. */
export function nameMembers(members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) if (typeof value === "function") publicNames.set(value, name);
}

/** A short text for a value in an error message. */
export function shown(value: unknown): string {
  if (typeof value === "function") return publicNames.has(value) ? `mapkit.${publicNames.get(value)}` : "a function";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? value.slice(0, 40) + "…" : value);
  if (value === null || value === undefined || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return "an array";
  const names = Object.keys(value);
  if (names.length > 0 && Object.getPrototypeOf(value) === Object.prototype) return `an object with ${names.slice(0, 5).join(", ")}`;
  return `an object of ${publicNames.get(value.constructor) ?? value.constructor?.name ?? "no class"}`;
}

export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value));
}

/** Wrap `value` into [0, size). */
export function wrap(value: number, size: number): number {
  const rest = value % size;
  return rest < 0 ? rest + size : rest;
}
