/** The sentences on the console: all begin with [MapKit], as Apple's do. */

const said = new Set<string>();

export function warn(sentence: string): void {
  console.warn(`[MapKit] ${sentence}`);
}

export function complain(sentence: string): void {
  console.error(`[MapKit] ${sentence}`);
}

/** Warn of the members of an option bag that nobody reads: a name that is misspelt would be lost without a word. */
export function warnOfUnknown(options: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name) && !name.startsWith("_")) warnOnce(`${where}: the option ${JSON.stringify(name)} is unknown and ignored.`);
  }
}

/** Warn once a page, however often it happens. */
export function warnOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  warn(sentence);
}
