/** The wheel of a mouse, and two fingers on a touchpad: what zooms a map, what moves it, and what scrolls the page. */

import { version } from "../core/host";
import type { MapView } from "./map";

/** In MapKit JS 6 the map takes the wheel; in 5 it does with the Shift key. */
const TAKES_WHEEL = !version.startsWith("5");
/** Pixels of the smallest step of a wheel in browsers on macOS, and the units of a step elsewhere. */
const MAC_STEP_PX = 4.000244140625;
const STEP = 120;
/** Most pixels of an event of a touchpad, where it does not tell the steps of a wheel. */
const TOUCHPAD_PX = 50;
/** Milliseconds without an event after which another gesture begins. */
export const PAUSE_MS = 200;
/** How much of `deltaY` MapLibre needs to zoom by a pinch of e, in small steps. */
const PINCH_PX = 200;

/** The members of a WheelEvent that tell where it comes from; `wheelDelta…` is missing in some browsers. */
export type Turn = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode"> & { wheelDeltaX?: number; wheelDeltaY?: number };

/** Whether an event is of two fingers on a touchpad rather than of a wheel, which turns in steps; a guess, as no browser tells. */
export function isTouchpad({ deltaX, deltaY, deltaMode, wheelDeltaX = 0, wheelDeltaY = 0 }: Turn): boolean {
  if (deltaMode !== 0) return false;
  if (deltaX !== 0 && deltaY !== 0) return true;
  const pixels = deltaX || deltaY;
  if (pixels % MAC_STEP_PX === 0) return false;
  const steps = Math.abs(wheelDeltaX || wheelDeltaY);
  const tellsSteps = steps !== 0 && steps !== Math.abs(pixels); // events that a script makes have pixels in their place
  return tellsSteps ? steps % STEP !== 0 : Math.abs(pixels) < TOUCHPAD_PX;
}

export function watchWheel(map: MapView, view: HTMLElement): void {
  let last = { at: -Infinity, isTouchpad: false };
  const movesMap = (event: WheelEvent): boolean => {
    const goesOn = event.timeStamp - last.at < PAUSE_MS;
    last = { at: event.timeStamp, isTouchpad: goesOn ? last.isTouchpad : isTouchpad(event) };
    return last.isTouchpad;
  };
  view.addEventListener(
    "wheel",
    event => {
      if (turned.has(event)) return;
      const isPinch = event.ctrlKey || event.metaKey; // a pinch arrives as a wheel with Ctrl
      const isTaken = isPinch || TAKES_WHEEL || map._allowWheelToZoom || event.shiftKey;
      const isPan = isTaken && !isPinch && !map._allowWheelToZoom && movesMap(event);
      // What the map does not take scrolls the page.
      if (!isTaken || (isPan && !map.isScrollEnabled)) event.stopPropagation();
      else if (isPan) {
        event.stopPropagation();
        event.preventDefault();
        map._panByWheel(event);
      } else if (event.shiftKey && event.deltaY === 0) turn(event, event.deltaX); // browsers turn it to the side with Shift
    },
    { capture: true },
  );
  watchPinches(map, view);
}

/** Safari on macOS reports pinches as gestures of its own, which have no types in the DOM. */
function watchPinches(map: MapView, view: HTMLElement): void {
  if (navigator.maxTouchPoints > 0) return; // on a touchscreen they accompany the fingers
  let scale = 1;
  const take = (event: Event) => {
    const gesture = event as MouseEvent & { readonly scale: number };
    if (!map.isZoomEnabled) return;
    if (event.type === "gesturechange") turn(gesture, -PINCH_PX * Math.log(gesture.scale / scale));
    else gesture.preventDefault();
    scale = gesture.scale;
  };
  for (const type of ["gesturestart", "gesturechange"]) view.addEventListener(type, take);
}

const turned = new WeakSet<Event>();

/** Send another event instead, of a wheel that turns up or down by `deltaY`, by which MapLibre zooms. */
function turn(event: MouseEvent & { readonly deltaMode?: number }, deltaY: number): void {
  event.stopPropagation();
  event.preventDefault();
  const { deltaMode = 0, clientX, clientY } = event;
  const upright = new WheelEvent("wheel", { deltaY, deltaMode, clientX, clientY, bubbles: true, cancelable: true });
  turned.add(upright);
  event.target?.dispatchEvent(upright);
}
