/** The sentences on the console: all begin with [MapKit], as Apple's do. */

const said = new Set<string>();

export function warn(sentence: string): void {
  console.warn(`[MapKit] ${sentence}`);
}

export function complain(sentence: string): void {
  console.error(`[MapKit] ${sentence}`);
}

/** Warn once a page, however often it happens. */
export function warnOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  warn(sentence);
}
