/** Insets of a rectangle, CSS pixels. */

import { finite } from "./numbers";

export interface PaddingData {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Four insets. One object, a list of numbers, or one to four numbers: missing ones are 0. */
export class Padding implements PaddingData {
  static readonly Zero: Padding = Object.freeze(new Padding());

  top: number;
  right: number;
  bottom: number;
  left: number;

  constructor(given: number | readonly number[] | Partial<PaddingData> = 0, right = 0, bottom = 0, left = 0) {
    const topOrData = Array.isArray(given) ? toData(given) : (given as number | Partial<PaddingData>);
    const data = typeof topOrData === "object" && topOrData ? topOrData : { top: topOrData ?? 0, right, bottom, left };
    this.top = finite(data.top ?? 0, "Padding: top", "10");
    this.right = finite(data.right ?? 0, "Padding: right", "10");
    this.bottom = finite(data.bottom ?? 0, "Padding: bottom", "10");
    this.left = finite(data.left ?? 0, "Padding: left", "10");
  }

  copy(): Padding {
    return new Padding(this);
  }

  equals(other: PaddingData): boolean {
    return (
      other.top === this.top && other.right === this.right && other.bottom === this.bottom && other.left === this.left
    );
  }

  toString(): string {
    return `Padding(${this.top}, ${this.right}, ${this.bottom}, ${this.left})`;
  }
}

/** Read a list of insets: top, right, bottom, left. */
function toData([top, right, bottom, left]: readonly (number | undefined)[]): Partial<PaddingData> {
  return Object.fromEntries(Object.entries({ top, right, bottom, left }).filter(([, inset]) => inset !== undefined));
}
