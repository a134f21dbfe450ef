/** Collision handling: first annotations by display priority, then adaptive titles. */

import { FeatureVisibility } from "../core/enumerations";
import type { Annotation } from "./annotation";
import { type Box, Occupied } from "./collision";
import { MarkerAnnotation } from "./marker";
import type { Stand } from "./stand";

const REQUIRED = 1000;
const LINE_PX = 15;
const MAX_WORDS_PX = 150;
const widths = new Map<string, number>();
let pen: CanvasRenderingContext2D | null = null;

export interface Settler {
  readonly stand: Stand;
  readonly annotation: Annotation;
  readonly box: Box;
}

/** The box of an annotation on the screen. */
export function boxOf(stand: Stand): Settler {
  const { annotation, pixel } = stand;
  const { width, height } = stand.size;
  const { x, y } = annotation.anchorOffset;
  const [left, bottom] = [pixel.x - x - width / 2, pixel.y - y];
  const box = { left, top: bottom - height, right: left + width, bottom, isRound: annotation.collisionMode === "circle" };
  return { stand, annotation, box };
}

/** Show more important items, and hide those that would cover them. */
export function settle(settlers: readonly Settler[]): void {
  const order = [...settlers].sort((a, b) => rank(b.annotation) - rank(a.annotation));
  const taken = new Occupied();
  const standing: Settler[] = [];
  for (const settler of order) {
    const { annotation, box } = settler;
    const collides = annotation.collisionMode !== "none" && annotation.displayPriority < REQUIRED && !annotation.selected;
    if (collides && taken.meets(box)) {
      settler.stand.setRoom(false, false);
      continue;
    }
    if (annotation.collisionMode !== "none") taken.add(box);
    standing.push(settler);
  }
  for (const settler of standing) settler.stand.setRoom(true, hasRoomForWords(settler, taken));
}

function rank(annotation: Annotation): number {
  return annotation.selected ? REQUIRED + 1 : annotation.displayPriority;
}

function hasRoomForWords({ annotation, box }: Settler, taken: Occupied): boolean {
  if (!(annotation instanceof MarkerAnnotation) || !annotation.title) return true;
  if (annotation.titleVisibility === FeatureVisibility.Hidden) return false;
  const words = wordsBox(annotation, box);
  const adapts = annotation.titleVisibility === FeatureVisibility.Adaptive && !annotation.selected;
  if (adapts && taken.meets(words)) return false;
  taken.add(words);
  return true;
}

function wordsBox(annotation: MarkerAnnotation, box: Box): Box {
  const width = Math.min(MAX_WORDS_PX, widthOf(annotation.title ?? ""));
  const middle = (box.left + box.right) / 2;
  return { left: middle - width / 2, right: middle + width / 2, top: box.bottom + 1, bottom: box.bottom + 1 + LINE_PX };
}

function widthOf(text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  pen ??= document.createElement("canvas").getContext("2d");
  if (pen) pen.font = "600 12px 'Trigpoint Inter', system-ui, sans-serif";
  const width = pen?.measureText(text).width ?? text.length * 7;
  if (widths.size > 5000) widths.clear();
  widths.set(text, width);
  return width;
}
