/** Colours along a line, at fractions of its length or at its points. */

export interface ColorStop {
  readonly offset: number;
  readonly color: string;
}

export class LineGradient {
  #stops = new Map<number, string>();
  #indexes = new Map<number, string>();
  /** Called when a stop is added, so that the line is redrawn. */
  readonly _watchers = new Set<() => void>();

  constructor(colorStops: Record<number, string> = {}) {
    for (const [offset, color] of Object.entries(colorStops)) this.addColorStop(Number(offset), color);
  }

  /** Add a colour at a fraction of the length, from 0 (start) to 1 (end). */
  addColorStop(offset: number, color: string): void {
    if (!(offset >= 0 && offset <= 1)) {
      throw new RangeError(`[MapKit] LineGradient: an offset must be from 0 to 1, for example 0.5; got ${offset}.`);
    }
    this.#stops.set(offset, color);
    for (const watcher of this._watchers) watcher();
  }

  /** Add a colour at a point of the line, counted from 0. */
  addColorStopAtIndex(index: number, color: string): void {
    if (!Number.isInteger(index) || index < 0) {
      throw new RangeError(`[MapKit] LineGradient: an index must be 0, 1, 2 and so on; got ${index}.`);
    }
    this.#indexes.set(index, color);
    for (const watcher of this._watchers) watcher();
  }

  /** All stops by their fraction of the length, in order; `lengths` has the length from the start to each point. */
  stopsAlong(lengths: readonly number[]): ColorStop[] {
    const whole = lengths.at(-1) || 1;
    const stops = new Map(this.#stops);
    for (const [index, color] of this.#indexes) {
      const length = lengths[index];
      if (length !== undefined) stops.set(length / whole, color);
    }
    return [...stops].map(([offset, color]) => ({ offset, color })).sort((a, b) => a.offset - b.offset);
  }

  toString(): string {
    const stops = [...this.#stops].map(([offset, color]) => `${offset}: ${color}`);
    const indexes = [...this.#indexes].map(([index, color]) => `point ${index}: ${color}`);
    return `LineGradient(${[...stops, ...indexes].join(", ")})`;
  }
}
