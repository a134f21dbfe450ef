/** Taps, double taps and long presses on a map, and the mouse wheel. */

import type { MapView } from "./map";

const LONG_PRESS_MS = 500;
const MOVED_PX = 6;
/** Most milliseconds and pixels between the two taps of a double tap. */
const DOUBLE_TAP_MS = 350;
const DOUBLE_TAP_PX = 30;

/** Elements whose taps do not belong to the map: annotations, callouts and controls. */
const OTHERS = ".mk-annotation,.mk-callout-stand,.mk-controls";

function isOnOthers(event: Event): boolean {
  return event.composedPath().some(node => node instanceof Element && node.matches(OTHERS));
}

/** Add listeners to the element of `map`. */
export function watchGestures(map: MapView, view: HTMLElement): void {
  let pressed: PointerEvent | null = null;
  let pointers = 0;
  let timer = 0;
  let isConsumed = false;
  let lastTap: PointerEvent | null = null;

  const tell = (type: string, event: MouseEvent, domEvents: Event[]): boolean =>
    map.emit(type, { pointOnPage: new DOMPoint(event.pageX, event.pageY), domEvents });

  const cancel = () => clearTimeout(timer);

  view.addEventListener("pointerdown", event => {
    pointers += 1;
    isConsumed = pointers > 1;
    cancel();
    if (isOnOthers(event) || event.button !== 0 || pointers > 1) return;
    pressed = event;
    timer = setTimeout(() => {
      isConsumed = true;
      tell("long-press", event, [event]);
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
    const isSecond =
      lastTap !== null && event.timeStamp - lastTap.timeStamp < DOUBLE_TAP_MS && Math.hypot(event.clientX - lastTap.clientX, event.clientY - lastTap.clientY) < DOUBLE_TAP_PX;
    if (isSecond) tell("double-tap", event, [lastTap!, event]);
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
    const domEvents = pressed ? [pressed, event] : [event];
    if (tell("single-tap", event, domEvents)) map._tap(event);
  });
  view.addEventListener("dblclick", event => {
    if (!isOnOthers(event) && pressed?.pointerType !== "touch") tell("double-tap", event, [event]);
  });
  view.addEventListener("keydown", event => {
    if (event.key === "Escape" && (map.selectedAnnotation || map.selectedOverlay)) {
      const focus = map.selectedAnnotation?.element;
      map.selectedAnnotation = null;
      map.selectedOverlay = null;
      focus?.focus({ preventScroll: true });
      event.stopPropagation();
    }
  });
  // The wheel scrolls the page, unless the page gives it to the map. A pinch on a touchpad always zooms.
  view.addEventListener(
    "wheel",
    event => {
      if (!map._allowWheelToZoom && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    },
    { capture: true, passive: true },
  );
}
