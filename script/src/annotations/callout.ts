/** The callout above a selected annotation: title and subtitle, or the contents from the page's delegate. */

import { directionOf } from "../controls/words";
import { session } from "../core/session";
import { clamp } from "../geometry/numbers";
import type { Pixel } from "../map/camera";
import { element, prefersLessMotion } from "../map/dom";
import type { MapView } from "../map/map";
import type { Annotation, AnnotationCalloutDelegate } from "./annotation";
import { DRAWN_HEIGHT, SELECTED_SCALE } from "./balloon";
import { MarkerAnnotation } from "./marker";

const EDGE_PX = 8;
/** Room between the tip of the bubble and the annotation, beside the callout's offset. */
const GAP_PX = 5;
/** Least distance of the tip from the bubble's corners. */
const CORNER_PX = 22;

/** Create the callout of an annotation; null if there is none. */
export function openCallout(annotation: Annotation, map: MapView, extra: HTMLElement | null = null): Callout | null {
  const delegate = annotation.callout ?? {};
  if (!annotation.calloutEnabled || delegate.calloutShouldAppearForAnnotation?.(annotation) === false) return null;
  const custom = delegate.calloutElementForAnnotation?.(annotation) ?? null;
  const bubble = custom ? null : makeBubble(annotation, delegate, extra);
  if (!custom && !bubble) return null;
  return new Callout(annotation, map, custom ?? bubble!, custom !== null);
}

function makeBubble(annotation: Annotation, delegate: AnnotationCalloutDelegate, extra: HTMLElement | null): HTMLElement | null {
  const content = extra ?? delegate.calloutContentForAnnotation?.(annotation) ?? null;
  if (!content && !annotation._hasStandardCallout) return null;
  const [left, right] = [
    delegate.calloutLeftAccessoryForAnnotation?.(annotation) ?? null,
    delegate.calloutRightAccessoryForAnnotation?.(annotation) ?? null,
  ];
  const words = element("div", "mk-callout-words", [
    element("div", "mk-callout-title", [annotation.title ?? ""]),
    annotation.subtitle ? element("div", "mk-callout-subtitle", [annotation.subtitle]) : null,
  ]);
  const inside = element("div", "mk-callout-inside", [
    left && element("div", "mk-callout-left", [left]),
    content ? element("div", "mk-callout-content", [content]) : words,
    right && element("div", "mk-callout-right", [right]),
  ]);
  const bubble = element("div", "mk-callout", [inside, element("div", "mk-callout-tip")]);
  bubble.dir = directionOf(session.language); // the left accessory is on the right in languages from right to left
  return bubble;
}

export class Callout {
  readonly annotation: Annotation;
  readonly #map: MapView;
  readonly #wrapper = element("div", "mk-callout-stand");
  readonly #box: HTMLElement;
  readonly #isCustom: boolean;
  #pixel: Pixel;
  /** How far the bubble is shifted to stay in the view, and a custom element by its delegate. */
  #shifted = 0;
  #own: Pixel = { x: 0, y: 0 };

  constructor(annotation: Annotation, map: MapView, box: HTMLElement, isCustom: boolean) {
    this.annotation = annotation;
    this.#map = map;
    this.#box = box;
    this.#isCustom = isCustom;
    this.#pixel = map._stage.project(annotation.coordinate.toMapPoint());
    this.#wrapper.append(box);
    this.#wrapper.setAttribute("role", "group");
    this.#wrapper.setAttribute("aria-label", annotation._label);
    // Events inside the callout neither move the map nor change the selection.
    for (const type of ["mousedown", "touchstart", "dblclick", "wheel", "contextmenu"]) {
      this.#wrapper.addEventListener(type, event => event.stopPropagation(), { passive: true });
    }
    map._stage.layer.append(this.#wrapper);
    // The callout shows the title, so the annotation hides its own.
    annotation.element.classList.toggle("mk-called", !isCustom);
    this.#animate();
    this.place();
    if (isCustom) this.#setOwnOffset();
    this.#bringIntoView();
  }

  /** Move with the map; `pixel` is the position of an annotation that is being dragged. */
  place(pixel?: Pixel): void {
    this.#pixel = pixel ?? this.#map._stage.project(this.annotation.coordinate.toMapPoint());
    const { x, y } = this.#anchor();
    this.#wrapper.style.transform = `translate(${Math.round(x)}px,${Math.round(y)}px)`;
    if (!this.#isCustom) this.#shift(x);
  }

  contains(node: Node | null): boolean {
    return this.#wrapper.contains(node);
  }

  close(): void {
    this.annotation.element.classList.remove("mk-called");
    this.#wrapper.remove();
  }

  /** Position of the tip: above the centre of the annotation's top edge. */
  #anchor(): Pixel {
    const { annotation } = this;
    const { x: anchorX, y: anchorY } = annotation.anchorOffset;
    const { x, y } = annotation.calloutOffset;
    const height =
      annotation instanceof MarkerAnnotation ? DRAWN_HEIGHT * SELECTED_SCALE : annotation.element.offsetHeight;
    return { x: this.#pixel.x - anchorX - x, y: this.#pixel.y - anchorY - height - (this.#isCustom ? 0 : GAP_PX) - y };
  }

  /** Keep the bubble within the view, with its tip above the annotation. */
  #shift(x: number): void {
    const { width, padding } = this.#map._stage.frame;
    const half = this.#box.offsetWidth / 2;
    const [lowest, highest] = [padding.left + EDGE_PX + half, width - padding.right - EDGE_PX - half];
    const middle = lowest > highest ? (lowest + highest) / 2 : clamp(x, lowest, highest);
    const reach = Math.max(0, half - CORNER_PX);
    this.#shifted = clamp(middle - x, -reach, reach);
    this.#box.style.setProperty("--mk-shift", `${Math.round(this.#shifted)}px`);
  }

  /** A custom element's bottom centre is at the callout's offset; a positive offset of its own moves it to the left and up. */
  #setOwnOffset(): void {
    const size = { width: this.#box.offsetWidth, height: this.#box.offsetHeight };
    const { x, y } = this.annotation.callout?.calloutAnchorOffsetForAnnotation?.(this.annotation, size) ?? this.#own;
    this.#own = { x, y };
    this.#box.style.translate = `calc(-50% - ${x}px) calc(-100% - ${y}px)`;
  }

  /** The edges of the element in the view, CSS pixels, without regard to an animation. */
  #edges(): { left: number; right: number; top: number } {
    const { x, y } = this.#anchor();
    const middle = x + this.#shifted - this.#own.x;
    const half = this.#box.offsetWidth / 2;
    return { left: middle - half, right: middle + half, top: y - this.#own.y - this.#box.offsetHeight };
  }

  /** How far the element reaches beyond the coordinate of its annotation, CSS pixels. A bubble can be shifted. */
  get reach(): { top: number; right: number; left: number } {
    const { left, right, top } = this.#edges();
    const { x, y } = this.#pixel;
    const sides = this.#isCustom ? { left: x - left, right: right - x } : { left: CORNER_PX, right: CORNER_PX };
    return { top: y - top, ...sides };
  }

  /** Move the map so that all of the element is within its padding. */
  #bringIntoView(): void {
    const { frame } = this.#map._stage;
    const { width, padding } = frame;
    const { left, right, top } = this.#edges();
    const [lowest, highest] = [padding.left + EDGE_PX, width - padding.right - EDGE_PX];
    const across = right - left > highest - lowest ? 0 : Math.min(0, left - lowest) + Math.max(0, right - highest);
    const up = Math.min(0, top - padding.top - EDGE_PX);
    if (Math.abs(across) >= 1 || up < 0) this.#map._stage.panBy(across, up);
  }

  #animate(): void {
    const delegate = this.annotation.callout;
    if (prefersLessMotion() || delegate?.calloutShouldAnimateForAnnotation?.(this.annotation) === false) return;
    const animation = delegate?.calloutAppearanceAnimationForAnnotation?.(this.annotation);
    if (animation) this.#box.style.animation = animation;
    else if (!this.#isCustom) this.#box.classList.add("mk-opens");
  }
}
