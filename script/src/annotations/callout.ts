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
    const shift = clamp(middle - x, -Math.max(0, half - CORNER_PX), Math.max(0, half - CORNER_PX));
    this.#box.style.setProperty("--mk-shift", `${Math.round(shift)}px`);
  }

  #bringIntoView(): void {
    const { padding } = this.#map._stage.frame;
    const delegate = this.annotation.callout;
    const size = { width: this.#box.offsetWidth, height: this.#box.offsetHeight };
    if (this.#isCustom) {
      const offset = delegate?.calloutAnchorOffsetForAnnotation?.(this.annotation, size);
      // Its bottom centre is at the callout's offset; a positive offset moves it to the left and up.
      this.#box.style.translate = `calc(-50% - ${offset?.x ?? 0}px) calc(-100% - ${offset?.y ?? 0}px)`;
      return;
    }
    const missing = padding.top + EDGE_PX - (this.#anchor().y - size.height);
    if (missing > 0) this.#map._panBy(0, -missing);
  }

  #animate(): void {
    const delegate = this.annotation.callout;
    if (prefersLessMotion() || delegate?.calloutShouldAnimateForAnnotation?.(this.annotation) === false) return;
    const animation = delegate?.calloutAppearanceAnimationForAnnotation?.(this.annotation);
    if (animation) this.#box.style.animation = animation;
    else if (!this.#isCustom) this.#box.classList.add("mk-opens");
  }
}
