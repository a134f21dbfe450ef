/** Detects collisions of annotations and titles: boxes on the screen, in order of priority. */

import { clamp } from "../geometry/numbers";

/** A box in CSS pixels, or the circle in it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly isRound?: boolean;
}

const CELL_PX = 64;

/** The boxes that are placed already, in a grid. */
export class Occupied {
  readonly #cells = new Map<number, Box[]>();

  /** Whether `box` overlaps a placed box. */
  meets(box: Box): boolean {
    for (const cell of cells(box)) {
      if (this.#cells.get(cell)?.some(other => overlap(box, other))) return true;
    }
    return false;
  }

  add(box: Box): void {
    for (const cell of cells(box)) {
      const there = this.#cells.get(cell);
      if (there) there.push(box);
      else this.#cells.set(cell, [box]);
    }
  }
}

function* cells({ left, top, right, bottom }: Box): Generator<number> {
  for (let x = Math.floor(left / CELL_PX); x <= Math.floor(right / CELL_PX); x++) {
    for (let y = Math.floor(top / CELL_PX); y <= Math.floor(bottom / CELL_PX); y++) yield x * 65_536 + y;
  }
}

function overlap(a: Box, b: Box): boolean {
  const boxes = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  if (!boxes) return false;
  if (a.isRound && b.isRound) {
    const reach = radius(a) + radius(b);
    return (center(a).x - center(b).x) ** 2 + (center(a).y - center(b).y) ** 2 < reach ** 2;
  }
  if (a.isRound) return touches(a, b);
  return b.isRound ? touches(b, a) : true;
}

function touches(circle: Box, box: Box): boolean {
  const { x, y } = center(circle);
  const nearest = { x: clamp(x, box.left, box.right), y: clamp(y, box.top, box.bottom) };
  return (nearest.x - x) ** 2 + (nearest.y - y) ** 2 < radius(circle) ** 2;
}

function center({ left, top, right, bottom }: Box): { x: number; y: number } {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

function radius({ left, top, right, bottom }: Box): number {
  return Math.min(right - left, bottom - top) / 2;
}
