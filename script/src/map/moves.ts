/** How gestures move a map: which are enabled, what the page hears of them, and how it prevents them. */

import type { Map as GlMap } from "maplibre-gl";
import type { MapView } from "./map";
import { PAUSE_MS } from "./wheel";

/** Milliseconds after which a wheel that the page held still moves the map again. */
const HOLD_MS = 250;

export class Moves {
  readonly #map: MapView;
  readonly #end: AbortSignal;
  /** While two fingers on a touchpad move the map, or the page holds it still. */
  #pan: "moving" | "held" | null = null;
  #panTimer = 0;

  /** After `end`, no listener is left. */
  constructor(map: MapView, end: AbortSignal) {
    this.#map = map;
    this.#end = end;
  }

  /** Tell the page of moves. Those of zooming and scrolling are told only if the user does it. */
  watch(gl: GlMap): void {
    const map = this.#map;
    const begin = (type: string, event: object) => {
      if (!map.emit(type) && byUser(event)) this.holdStill(type === "scroll-start");
    };
    gl.on("movestart", () => void (this.#pan || map.emit("region-change-start")));
    gl.on("moveend", () => void (this.#pan || map.emit("region-change-end")));
    gl.on("dragstart", event => begin("scroll-start", event));
    gl.on("dragend", () => void map.emit("scroll-end"));
    gl.on("zoomstart", event => byUser(event) && begin("zoom-start", event));
    gl.on("zoomend", event => byUser(event) && map.emit("zoom-end"));
    gl.on("rotatestart", event => begin("rotation-start", event));
    gl.on("rotateend", () => void map.emit("rotation-end"));
  }

  /** Move the map by what two fingers on a touchpad report; the page is told of one move until they rest. */
  pan(event: WheelEvent): void {
    const map = this.#map;
    clearTimeout(this.#panTimer);
    this.#panTimer = setTimeout(() => this.#endPan(), PAUSE_MS) as unknown as number;
    if (!this.#pan) {
      this.#pan = "moving";
      map.emit("region-change-start");
      if (!map.emit("scroll-start")) this.#pan = "held";
    }
    if (this.#pan === "moving") map._stage.gl?.panBy([event.deltaX, event.deltaY], { duration: 0 }, { originalEvent: event });
  }

  #endPan(): void {
    this.#pan = null;
    if (this.#end.aborted) return;
    this.#map.emit("scroll-end");
    this.#map.emit("region-change-end");
  }

  /** Let the current gesture not move the map: until the pointer is released, or the wheel has stopped. */
  holdStill(isPressed: boolean): void {
    const { gl } = this.#map._stage;
    if (!gl) return;
    for (const handler of [gl.dragPan, gl.dragRotate, gl.scrollZoom, gl.doubleClickZoom, gl.boxZoom, gl.touchZoomRotate]) handler.disable();
    queueMicrotask(() => gl.stop());
    const release = () => this.refresh();
    if (!isPressed) setTimeout(release, HOLD_MS);
    else for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, release, { once: true, signal: this.#end });
  }

  /** Enable the gestures that the map allows. */
  refresh(): void {
    const { gl } = this.#map._stage;
    if (!gl || this.#end.aborted) return;
    const { isScrollEnabled, isZoomEnabled, isRotationEnabled } = this.#map;
    const set = (handler: { enable(): void; disable(): void }, isOn: boolean) => (isOn ? handler.enable() : handler.disable());
    set(gl.dragPan, isScrollEnabled);
    set(gl.scrollZoom, isZoomEnabled);
    set(gl.doubleClickZoom, isZoomEnabled);
    set(gl.boxZoom, isZoomEnabled);
    set(gl.touchZoomRotate, isZoomEnabled || isRotationEnabled);
    set(gl.keyboard, isScrollEnabled || isZoomEnabled);
    set(gl.dragRotate, isRotationEnabled);
    // A finger on a map that does not scroll scrolls the page.
    gl.getCanvasContainer().style.touchAction = isScrollEnabled ? "none" : isZoomEnabled || isRotationEnabled ? "pan-x pan-y" : "auto";
    if (isRotationEnabled) {
      gl.touchZoomRotate.enableRotation();
      gl.keyboard.enableRotation();
    } else {
      gl.touchZoomRotate.disableRotation();
      gl.keyboard.disableRotation();
    }
    if (!isZoomEnabled && isRotationEnabled) {
      // MapLibre has no switch for turning alone.
      gl.touchZoomRotate._touchZoom.disable();
      gl.touchZoomRotate._tapDragZoom.disable();
    }
  }
}

/** Whether an event of MapLibre comes from a gesture, a key or a control. */
function byUser(event: object): boolean {
  return Boolean((event as { originalEvent?: unknown }).originalEvent) || "byUser" in event;
}
