/** Taps, double taps and long presses on a map, and what the keys do. */

import type { MapView } from "./map";
import { watchWheel } from "./wheel";

const LONG_PRESS_MS = 500;
const MOVED_PX = 6;
/** Most milliseconds and pixels between the two taps of a double tap. */
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 30;
/** Most milliseconds between the ends of the two touches by which MapLibre zooms. */
const TOUCH_ZOOM_MS = 500;

/** Elements whose taps do not belong to the map: annotations, callouts and controls. */
const OTHERS = ".mk-annotation,.mk-callout-stand,.mk-controls";
const ZOOM_KEYS = new Set(["+", "=", "-", "_"]);
const ARROW_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

function isOnOthers(event: Event): boolean {
  return event.composedPath().some(node => node instanceof Element && node.matches(OTHERS));
}

function isNear(first: MouseEvent, second: MouseEvent): boolean {
  return Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY) < DOUBLE_TAP_PX;
}

/** Add listeners to the element of `map`. */
export function watchGestures(map: MapView, view: HTMLElement): void {
  let pressed: PointerEvent | null = null;
  let pointers = 0;
  let timer = 0;
  let isConsumed = false;
  let lastTap: PointerEvent | null = null;
  const taps = new SingleTaps(map);

  const cancel = () => clearTimeout(timer);

  view.addEventListener("pointerdown", event => {
    pointers += 1;
    isConsumed = pointers > 1;
    cancel();
    if (isOnOthers(event) || event.button !== 0 || pointers > 1) return;
    if (event.pointerType === "touch") taps.expectSecond(event);
    pressed = event;
    timer = setTimeout(() => {
      isConsumed = true;
      // It may be the beginning of a pan, which the page can prevent.
      if (!tell(map, "long-press", event, [event])) map._holdStill(true);
    }, LONG_PRESS_MS) as unknown as number;
  });
  view.addEventListener("pointermove", event => {
    if (!pressed || Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) <= MOVED_PX) return;
    cancel();
    isConsumed = true;
  });
  // Browsers that zoom by double tap send no dblclick.
  view.addEventListener("pointerup", event => {
    if (event.pointerType !== "touch" || isConsumed || isOnOthers(event)) return;
    const limit = map.isZoomEnabled ? TOUCH_ZOOM_MS : DOUBLE_TAP_MS;
    const isSecond = lastTap !== null && event.timeStamp - lastTap.timeStamp < limit && isNear(event, lastTap);
    if (isSecond && !map.isZoomEnabled) tell(map, "double-tap", event, [lastTap!, event]);
    if (isSecond && map.isZoomEnabled) {
      isConsumed = true; // MapLibre zooms, and no click follows that would tell that these are not single taps
      taps.cancel();
    }
    lastTap = isSecond ? null : event;
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave"] as const) {
    view.addEventListener(type, () => {
      pointers = Math.max(0, type === "pointerleave" ? 0 : pointers - 1);
      cancel();
    });
  }
  view.addEventListener("click", event => {
    if (isOnOthers(event) || isConsumed) return;
    if (map._tapItem(event)) taps.cancel();
    else taps.take(event, pressed ? [pressed, event] : [event]);
  });
  view.addEventListener("dblclick", event => {
    if (!isOnOthers(event) && pressed?.pointerType !== "touch" && !map.isZoomEnabled) tell(map, "double-tap", event, [event]);
  });
  watchKeys(map, view);
  watchWheel(map, view);
}

/** Dispatch an event of a gesture; returns false if a listener prevented its default. */
function tell(map: MapView, type: string, event: MouseEvent, domEvents: Event[]): boolean {
  return map.emit(type, { pointOnPage: new DOMPoint(event.pageX, event.pageY), domEvents });
}

/** Single taps, each of which waits until it cannot be the first half of a double tap that zooms. */
class SingleTaps {
  readonly #map: MapView;
  #waiting: { event: MouseEvent; domEvents: Event[] } | null = null;
  #timer = 0;

  constructor(map: MapView) {
    this.#map = map;
  }

  take(event: MouseEvent, domEvents: Event[]): void {
    if (!this.#map.isZoomEnabled) {
      this.#tap(event, domEvents);
      return;
    }
    const first = this.#waiting;
    this.cancel();
    if (event.detail > 1 || (first && isNear(first.event, event))) return;
    if (first) this.#tap(first.event, first.domEvents); // elsewhere, so it was a tap of its own
    this.#waiting = { event, domEvents };
    this.#wait(DOUBLE_TAP_MS);
  }

  /** A finger touches the same spot again: wait until it is clear whether that zooms. */
  expectSecond(event: MouseEvent): void {
    if (this.#waiting && isNear(this.#waiting.event, event)) this.#wait(TOUCH_ZOOM_MS);
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    const { event, domEvents } = this.#waiting!;
    this.#timer = setTimeout(() => {
      this.#waiting = null;
      this.#tap(event, domEvents);
    }, milliseconds) as unknown as number;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }

  #tap(event: MouseEvent, domEvents: Event[]): void {
    if (tell(this.#map, "single-tap", event, domEvents)) this.#map._tapNothing();
  }
}

function watchKeys(map: MapView, view: HTMLElement): void {
  view.addEventListener("keydown", event => {
    if (event.key === "Escape" && (map.selectedAnnotation || map.selectedOverlay)) {
      const focus = map.selectedAnnotation?.element;
      map.selectedAnnotation = null;
      map.selectedOverlay = null;
      focus?.focus({ preventScroll: true });
      event.stopPropagation();
    }
  });
  // MapLibre has one switch for all keys.
  view.addEventListener(
    "keydown",
    event => {
      if (!(event.target instanceof HTMLCanvasElement)) return;
      const isOff = (ZOOM_KEYS.has(event.key) && !map.isZoomEnabled) || (ARROW_KEYS.has(event.key) && !event.shiftKey && !map.isScrollEnabled);
      if (isOff) event.stopPropagation();
    },
    { capture: true },
  );
}
