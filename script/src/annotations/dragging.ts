/** Dragging of annotations, by mouse, touch or arrow keys. */

import type { MapView } from "../map/map";
import type { Coordinate } from "../geometry/points";
import type { Annotation } from "./annotation";

const THRESHOLD_PX = 4;
const KEY_STEP_PX = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP_PX, 0],
  ArrowRight: [KEY_STEP_PX, 0],
  ArrowUp: [0, -KEY_STEP_PX],
  ArrowDown: [0, KEY_STEP_PX],
};

export interface DragHooks {
  onStart(): void;
  onEnd(): void;
}

/** Dispatch an event to the annotation and its map; returns false if a listener prevented the default. */
function tell(annotation: Annotation, map: MapView, type: string, members: object = {}): boolean {
  const isAllowed = annotation.emit(type, members);
  return map.emit(type, { annotation, coordinate: null, ...members }) && isAllowed;
}

/** Listen for drags that begin on `wrapper`. */
export function watchDrag(wrapper: HTMLElement, annotation: Annotation, map: MapView, hooks: DragHooks): void {
  const keepFromMap = (event: Event) => {
    if (annotation.draggable && annotation.enabled) event.stopPropagation();
  };
  wrapper.addEventListener("mousedown", keepFromMap);
  wrapper.addEventListener("touchstart", keepFromMap, { passive: true });
  wrapper.addEventListener("pointerdown", event => {
    if (annotation.draggable && annotation.enabled && event.button === 0) begin(event, wrapper, annotation, map, hooks);
  });
  wrapper.addEventListener("keydown", event => {
    const step = ARROWS[event.key];
    if (!step || !event.altKey || !annotation.draggable || !annotation.enabled) return;
    event.preventDefault();
    event.stopPropagation();
    if (!tell(annotation, map, "drag-start")) return;
    const { x, y } = map._stage.project(annotation.coordinate.toMapPoint());
    annotation.coordinate = map._stage.unproject({ x: x + step[0], y: y + step[1] }).toCoordinate();
    tell(annotation, map, "drag-end", { coordinate: annotation.coordinate });
  });
}

function begin(down: PointerEvent, wrapper: HTMLElement, annotation: Annotation, map: MapView, hooks: DragHooks): void {
  const from = map._stage.project(annotation.coordinate.toMapPoint());
  const { x: anchorX, y: anchorY } = annotation.anchorOffset;
  let isDragging = false;
  let last: Coordinate = annotation.coordinate;
  const stop = new AbortController();

  const move = (event: PointerEvent) => {
    if (event.pointerId !== down.pointerId) return;
    const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
    if (!isDragging && Math.hypot(dx, dy) < THRESHOLD_PX) return;
    if (!isDragging) {
      isDragging = tell(annotation, map, "drag-start");
      if (!isDragging) {
        stop.abort();
        return;
      }
      wrapper.setPointerCapture(down.pointerId);
      wrapper.classList.add("mk-dragged");
      hooks.onStart();
    }
    const pixel = { x: from.x + dx, y: from.y + dy };
    wrapper.style.transform = `translate(${pixel.x - anchorX}px,${pixel.y - anchorY}px)`;
    last = map._stage.unproject(pixel).toCoordinate();
    map._placeCallout(pixel);
    tell(annotation, map, "dragging", { coordinate: last });
  };

  const end = (event: PointerEvent) => {
    if (event.pointerId !== down.pointerId) return;
    stop.abort();
    if (!isDragging) return;
    wrapper.classList.remove("mk-dragged");
    hooks.onEnd();
    annotation.coordinate = last;
    tell(annotation, map, "drag-end", { coordinate: last });
  };

  const { signal } = stop;
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("pointerup", end, { signal });
  window.addEventListener("pointercancel", end, { signal });
}
