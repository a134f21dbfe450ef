/** Messages on the console. All begin with [MapKit], like Apple's. */

const said = new Set<string>();

export function warn(sentence: string): void {
  console.warn(`[MapKit] ${sentence}`);
}

export function complain(sentence: string): void {
  console.error(`[MapKit] ${sentence}`);
}

/** Warn of unknown members of an options object, which may be misspelled and would be ignored silently. */
export function warnOfUnknown(options: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name) && !name.startsWith("_")) warnOnce(`${where}: the option ${JSON.stringify(name)} is unknown and ignored.`);
  }
}

/** Warn only once for each page. */
export function warnOnce(sentence: string): void {
  if (said.has(sentence)) return;
  said.add(sentence);
  warn(sentence);
}
