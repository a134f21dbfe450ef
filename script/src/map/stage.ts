/** The elements of a map, its camera, and MapLibre, which is loaded later than the first calls of the page. */

import type { Map as GlMap, LngLat } from "maplibre-gl";
import { complain, warn } from "../core/console";
import { MapPoint } from "../geometry/points";
import { Padding } from "../geometry/padding";
import type { MapRect } from "../geometry/regions";
import { type Camera, constrain, fit, type Frame, type Limits, MAX_ZOOM, type Pixel, projection, unproject } from "./camera";
import { dress, element, prefersLessMotion } from "./dom";
import { releaseFonts } from "./fonts";
import { loadMapLibre } from "./maplibre";
import { Retry } from "./retry";
import { withCurrentKey } from "./styles";

const ANIMATION_MS = 600;
const NO_LIMITS: Limits = { lowest: 0, highest: MAX_ZOOM, boundary: null };

/** The events of a stage. */
export interface StageEvents {
  /** The camera, the frame, or both have changed. */
  onMove(): void;
  /** MapLibre is loaded, and accepts listeners. */
  onGl(gl: GlMap): void;
  /** The element has its first size, or a new one. */
  onResize(): void;
}

export class Stage {
  readonly element = element("div", "mk-map-view");
  /** Elements above the map that move with it. */
  readonly layer = element("div", "mk-layer");
  /** Elements above the map with a fixed position. */
  readonly controls = element("div", "mk-controls");
  gl: GlMap | null = null;
  camera: Camera = { x: 0.5, y: 0.5, zoom: 1, rotation: 0 };
  limits: Limits = NO_LIMITS;
  #padding: Padding = new Padding();
  #width = 0;
  #height = 0;
  /** A rectangle to show as soon as the element has a size. */
  #wanted: MapRect | null = null;
  /** The centre that the page has set; it may be possible only at a higher zoom. */
  #aim: { x: number; y: number } | null = null;
  #events: StageEvents;
  #observer: ResizeObserver;
  #canvas = element("div", "mk-canvas");
  readonly #end = new AbortController();
  readonly #retry = new Retry(() => void this.#start(), this.#end.signal);
  #failure: HTMLElement | null = null;

  constructor(parent: Element | null, background: string, events: StageEvents) {
    this.#events = events;
    this.element.append(this.#canvas, this.controls);
    this.#canvas.append(this.layer);
    this.element.style.setProperty("--mk-ground", background);
    parent?.append(this.element);
    dress(this.element);
    this.#measure();
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(this.element);
    void this.#start();
  }

  get frame(): Frame {
    return { width: this.#width, height: this.#height, padding: this.#padding };
  }

  get hasSize(): boolean {
    return this.#width > 0 && this.#height > 0;
  }

  get padding(): Padding {
    return this.#padding;
  }

  /** Set the insets, and keep the centre. The controls are within them. */
  set padding(value: Padding) {
    this.#padding = value;
    const { top, right, bottom, left } = value;
    this.controls.style.inset = [top, right, bottom, left].map(inset => `${Math.max(0, inset)}px`).join(" ");
    if (this.gl) this.gl.setPadding({ top: value.top, right: value.right, bottom: value.bottom, left: value.left });
    this.#events.onMove();
  }

  /** The rectangle to show as soon as the element has a size. */
  get wanted(): MapRect | null {
    return this.#wanted;
  }

  /** Show all of `rect`, as soon as the element has a size. */
  show(rect: MapRect, animated: boolean): void {
    if (!this.hasSize) {
      this.#wanted = rect;
      this.camera = { ...this.camera, x: rect.midX(), y: rect.midY() };
      return;
    }
    this.move(fit(rect, this.frame, this.camera.rotation), animated);
  }

  /** Move the camera; its events have `members`. With an animation if the map is visible and the user does not prefer reduced motion. */
  move(to: Partial<Camera>, animated: boolean, members: object = {}): void {
    if (to.x !== undefined && to.y !== undefined) this.#aim = { x: to.x, y: to.y };
    const camera = constrain({ ...this.camera, ...this.#aim, ...to }, this.limits, this.frame);
    if (to.zoom !== undefined) this.#wanted = null;
    if (!this.gl) {
      this.camera = camera;
      this.#events.onMove();
      return;
    }
    const target = { center: lngLat(camera), zoom: camera.zoom, bearing: -camera.rotation };
    if (!animated || prefersLessMotion() || document.hidden) this.gl.jumpTo(target, members);
    else if (this.#isFar(camera)) this.gl.flyTo({ ...target, maxDuration: 2 * ANIMATION_MS, duration: 2 * ANIMATION_MS }, members);
    else this.gl.easeTo({ ...target, duration: ANIMATION_MS }, members);
  }

  /** Move the map by pixels; before MapLibre is loaded, at once. */
  panBy(x: number, y: number): void {
    if (this.gl) {
      this.gl.panBy([x, y], { duration: prefersLessMotion() ? 0 : 250 });
      return;
    }
    const middle = this.project(this.camera);
    const to = this.unproject({ x: middle.x + x, y: middle.y + y });
    this.move({ x: to.x, y: to.y }, false);
  }

  /** Set the limits, and move the camera into them. */
  limit(limits: Partial<Limits>, animated = false): void {
    this.limits = { ...this.limits, ...limits };
    this.move({}, animated);
  }

  project(point: { x: number; y: number }): Pixel {
    return projection(this.camera, this.frame)(point);
  }

  unproject(pixel: Pixel): MapPoint {
    return unproject(pixel, this.camera, this.frame);
  }

  destroy(): void {
    this.#end.abort();
    this.#observer.disconnect();
    if (this.gl) {
      releaseFonts(this.gl);
      this.gl.remove();
    }
    this.gl = null;
    this.element.remove();
  }

  #isFar(to: Camera): boolean {
    const { x, y } = this.project(to);
    const [across, down] = [this.#width || 1, this.#height || 1];
    return Math.abs(x) > 4 * across || Math.abs(y) > 4 * down;
  }

  #measure(): void {
    this.#width = this.element.clientWidth;
    this.#height = this.element.clientHeight;
  }

  #resize(): void {
    const [width, height] = [this.#width, this.#height];
    this.#measure();
    if (this.#width === width && this.#height === height) return;
    dress(this.element);
    if (this.hasSize) this.gl?.resize();
    const { hasSize } = this;
    if (hasSize && this.#wanted) {
      const rect = this.#wanted;
      this.#wanted = null;
      this.show(rect, false);
    } else if (hasSize) this.move({}, false);
    this.#events.onResize();
  }

  async #start(): Promise<void> {
    const module = await loadMapLibre().catch((error: Error) => this.#wait(error));
    if (!module || this.#end.signal.aborted) return;
    try {
      const { Map: GlMap, LngLat, prewarm } = module;
      this.#failure?.remove();
      prewarm(); // download the worker's files while WebGL starts
      const { top, right, bottom, left } = this.#padding;
      const gl = new GlMap({
        container: this.#canvas,
        style: { version: 8, sources: {}, layers: [] },
        center: lngLat(this.camera),
        zoom: this.camera.zoom,
        bearing: -this.camera.rotation,
        maxZoom: MAX_ZOOM,
        maxPitch: 0,
        zoomLevelsToOverscale: MAX_ZOOM, // beyond the last zoom of the data, do not request a tile again for each of its parts
        attributionControl: false,
        trackResize: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: prefersLessMotion() ? 0 : 200,
        clickTolerance: 5,
        transformRequest: url => ({ url: withCurrentKey(url) }),
        transformConstrain: (center, zoom) => this.#constrain(center, zoom, LngLat),
      });
      gl.setPadding({ top, right, bottom, left });
      this.#take(gl);
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(gl: GlMap): void {
    this.gl = gl;
    const canvas = gl.getCanvas();
    canvas.classList.add("rt-root", "syrup-canvas", "mk-gl"); // names by which public plug-ins find it
    canvas.addEventListener("webglcontextlost", () => {
      canvas.classList.add("mk-lost");
      if (!this.#end.signal.aborted) warn("The browser no longer draws a map, as it draws about 16 at the same time: destroy() maps that are out of use.");
    });
    canvas.addEventListener("webglcontextrestored", () => canvas.classList.remove("mk-lost"));
    // Moved elements lose the focus, which may be on an annotation.
    const root = this.element.getRootNode() as Document | ShadowRoot;
    const focused = this.layer.contains(root.activeElement) ? (root.activeElement as HTMLElement) : null;
    gl.getCanvasContainer().append(this.layer);
    focused?.focus({ preventScroll: true });
    gl.on("move", event => {
      if (event.originalEvent) this.#aim = null;
      const { lng, lat } = gl.getCenter();
      const point = new MapPoint((lng + 180) / 360, latitudeToY(lat));
      this.camera = { x: point.x, y: point.y, zoom: gl.getZoom(), rotation: (360 - gl.getBearing()) % 360 };
      this.#events.onMove();
    });
    this.#events.onGl(gl);
    this.#events.onMove();
  }

  #constrain(center: LngLat, zoom: number, Made: typeof LngLat): { center: LngLat; zoom: number } {
    const camera = { x: (center.lng + 180) / 360, y: latitudeToY(center.lat), zoom, rotation: 0 };
    const held = constrain(camera, this.limits, this.frame);
    return { center: new Made(...lngLat(held)), zoom: held.zoom };
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    complain(`The map cannot be drawn: ${why}`);
    this.#announce(/webgl/i.test(why) ? "This map needs WebGL 2, which this browser does not offer." : "The map could not be loaded.");
  }

  /** A part of the script did not come: say so, and ask for it again. */
  #wait({ message }: Error): void {
    if (this.#retry.later()) complain(`The map cannot be drawn: ${message}. It is asked for again until it comes.`);
    this.#announce("The map could not be loaded yet.");
  }

  #announce(sentence: string): void {
    this.#failure?.remove();
    this.#failure = element("div", "mk-failure", [sentence]);
    this.element.append(this.#failure);
  }
}

function latitudeToY(latitude: number): number {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return Math.min(1, Math.max(0, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)));
}

function lngLat(camera: { x: number; y: number }): [number, number] {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * camera.y))) * 180) / Math.PI;
  return [camera.x * 360 - 180, latitude];
}
