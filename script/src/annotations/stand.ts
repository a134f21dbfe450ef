/** A shown annotation: its element in a wrapper that moves with the map, and its pointer and keyboard events. */

import type { Pixel } from "../map/camera";
import { element } from "../map/dom";
import type { MapView } from "../map/map";
import type { MapPoint } from "../geometry/points";
import type { Annotation, Size } from "./annotation";
import { BALLOON_HEIGHT, BALLOON_WIDTH } from "./balloon";
import { watchDrag } from "./dragging";
import { MarkerAnnotation } from "./marker";

/** Milliseconds after a drag in which a click is not a tap. */
const CLICK_AFTER_DRAG_MS = 300;
const FOCUSABLE = "a[href],button,input,select,textarea,[tabindex]";

export class Stand {
  readonly annotation: Annotation;
  /** An element without a size at the coordinate; the annotation's element is centred above it. */
  readonly wrapper = element("div", "mk-annotation");
  pixel: Pixel = { x: 0, y: 0 };
  point: MapPoint;
  readonly #map: MapView;
  #size: Size | null = null;
  #isDragged = false;
  #isNamed = false;
  #draggedAt = -Infinity;
  #anchor: DOMPoint;

  constructor(annotation: Annotation, map: MapView, animates: boolean) {
    this.annotation = annotation;
    this.#map = map;
    this.point = annotation.coordinate.toMapPoint();
    this.#anchor = annotation.anchorOffset;
    const inner = annotation.element;
    this.wrapper.append(inner);
    this.#setUpAccess(inner);
    this.wrapper.addEventListener("click", event => this.#click(event));
    this.wrapper.addEventListener("keydown", event => this.#press(event));
    watchDrag(this.wrapper, annotation, map, {
      onStart: () => (this.#isDragged = true),
      onEnd: () => {
        this.#isDragged = false;
        this.#draggedAt = performance.now();
      },
    });
    if (animates) this.#appear(inner);
    this.refresh();
  }

  /** Being dragged: it stays in the page wherever it moves. */
  get isBusy(): boolean {
    return this.#isDragged || this.annotation.selected || this.wrapper.contains(document.activeElement);
  }

  /** Width and height of the element, CSS pixels; measured once after each change. */
  get size(): Size {
    if (this.annotation instanceof MarkerAnnotation) return { width: BALLOON_WIDTH, height: BALLOON_HEIGHT };
    const { offsetWidth: width, offsetHeight: height } = this.annotation.element;
    return (this.#size ??= { width, height });
  }

  readPoint(): void {
    this.point = this.annotation.coordinate.toMapPoint();
    this.#anchor = this.annotation.anchorOffset;
    this.#restack();
  }

  moveTo(pixel: Pixel): void {
    if (this.#isDragged) return;
    this.pixel = pixel;
    const x = pixel.x - this.#anchor.x;
    const y = pixel.y - this.#anchor.y;
    this.wrapper.style.transform = `translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
  }

  /** Update after a change of the annotation. */
  refresh(): void {
    const { annotation, wrapper } = this;
    this.#size = null;
    this.#anchor = annotation.anchorOffset;
    wrapper.classList.toggle("mk-selected", annotation.selected);
    wrapper.classList.toggle("mk-disabled", !annotation.enabled);
    wrapper.classList.toggle("mk-draggable", annotation.draggable);
    if (this.#isNamed) this.#name(annotation.element);
    this.#restack();
  }

  /** Show or hide it because of collisions; hidden ones are not focusable either. */
  setRoom(hasRoom: boolean, hasRoomForWords: boolean): void {
    this.wrapper.classList.toggle("mk-crowded", !hasRoom);
    this.wrapper.classList.toggle("mk-quiet", !hasRoomForWords);
  }

  remove(): void {
    this.wrapper.remove();
  }

  /** Stacking order: more southern annotations above others, the selected one on top. */
  #restack(): void {
    this.wrapper.style.zIndex = this.annotation.selected ? "2000000001" : String(Math.round(this.point.y * 2e9));
  }

  #setUpAccess(inner: HTMLElement): void {
    if (inner.matches(FOCUSABLE) || inner.querySelector(FOCUSABLE)) return;
    inner.tabIndex = 0;
    inner.setAttribute("role", "button");
    this.#isNamed = true;
  }

  /** Accessible name: the visible title, else the label. */
  #name(inner: HTMLElement): void {
    const { annotation } = this;
    const readsItself = annotation instanceof MarkerAnnotation && annotation._showsTitle && !annotation.accessibilityLabel;
    if (readsItself) inner.removeAttribute("aria-label");
    else inner.setAttribute("aria-label", annotation._label);
    if (readsItself && annotation.subtitle) inner.setAttribute("aria-description", annotation.subtitle);
    else inner.removeAttribute("aria-description");
    inner.setAttribute("aria-disabled", String(!annotation.enabled));
  }

  #appear(inner: HTMLElement): void {
    const { annotation } = this;
    if (!annotation.animates || hasAppeared.has(annotation)) return;
    hasAppeared.add(annotation);
    const animation = annotation.appearanceAnimation;
    if (animation) inner.style.animation = animation;
    else if (annotation instanceof MarkerAnnotation) this.wrapper.classList.add("mk-appears");
  }

  #click(event: MouseEvent): void {
    const endsDrag = performance.now() - this.#draggedAt < CLICK_AFTER_DRAG_MS;
    if (!this.annotation.enabled || event.defaultPrevented || endsDrag) return;
    this.#map._tapAnnotation(this.annotation);
  }

  #press(event: KeyboardEvent): void {
    if (event.target !== this.annotation.element) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      if (this.annotation.enabled) this.#map._tapAnnotation(this.annotation);
    }
  }
}

/** Annotations that have been animated: they drop in only once. */
const hasAppeared = new WeakSet<Annotation>();
