/** `mapkit.Map`: a map in an element of the page. */

import type { Map as GlMap } from "maplibre-gl";
import type { Annotation } from "../annotations/annotation";
import { Controls } from "../controls/controls";
import { wordsFor } from "../controls/words";
import {
  ColorScheme, DistanceUnitSystem, FeatureVisibility, MapFeatureType, MapLoadPriority, MapType,
} from "../core/enumerations";
import { warnOfUnknown } from "../core/console";
import { session } from "../core/session";
import { shown } from "../geometry/numbers";
import type { Coordinate } from "../geometry/points";
import type { PlaceSelectionAccessory } from "../places/accessory";
import type { PointOfInterestFilter } from "../services/filters";
import { distanceAt } from "./camera";
import { prefersLessMotion } from "./dom";
import { Drawing, GROUND, type Trouble } from "./drawing";
import { Features } from "./features";
import { watchGestures } from "./gestures";
import { ItemMap } from "./item_map";
import type { MapFeatureAnnotation } from "../annotations/map_feature";
import { type MapConstructorOptions, OPTIONS } from "./options";
import { Stage } from "./stage";
import { UserLocation, type UserLocationAnnotation } from "./user_location";
import { defaults, findParent, toVisibility, type Values } from "./values";

/** The maps of this page, in the order of their creation. */
export const maps: MapView[] = [];

const TAN_HALF_VIEW = Math.tan((15 * Math.PI) / 180);

export class MapView extends ItemMap {
  static get MapTypes(): typeof MapType {
    return MapType;
  }

  static get ColorSchemes(): typeof ColorScheme {
    return ColorScheme;
  }

  static get Distances(): typeof DistanceUnitSystem {
    return DistanceUnitSystem;
  }

  static get LoadPriorities(): typeof MapLoadPriority {
    return MapLoadPriority;
  }

  readonly _stage: Stage;
  annotationForMapFeature: ((feature: MapFeatureAnnotation) => Annotation | undefined | null) | undefined;
  selectableMapFeatureSelectionAccessory: PlaceSelectionAccessory | null = null;
  readonly #values: Values = defaults();
  readonly #controls: Controls;
  readonly #location: UserLocation;
  readonly #features: Features;
  readonly #end = new AbortController();
  readonly #drawing: Drawing;

  constructor(parent?: string | Element | null, given?: MapConstructorOptions | null) {
    super();
    const options = given ?? {};
    const element = findParent(parent);
    this._stage = new Stage(element, GROUND.light, {
      onMove: () => this.#follow(),
      onGl: gl => this.#takeGl(gl),
      onResize: () => this.#follow(),
    });
    this.#controls = new Controls(this, this._stage.controls);
    this.#location = new UserLocation(this);
    this.#features = new Features(this);
    watchGestures(this, this._stage.element);
    this.#drawing = new Drawing(this, this.#end.signal);
    const stopWatching = session.watch(() => this.#drawing.takeBootstrap());
    this.#end.signal.addEventListener("abort", stopWatching);
    const { signal } = this.#end;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#drawing.restyle(), { signal });
    maps.push(this);
    for (const name of OPTIONS) {
      if (options[name] !== undefined) (this as unknown as Record<string, unknown>)[name] = options[name];
    }
    warnOfUnknown(options, OPTIONS, "Map");
    if (options._allowWheelToZoom !== undefined) this._allowWheelToZoom = Boolean(options._allowWheelToZoom);
    this.#drawing.restyle();
    this.#controls.refresh();
  }

  #set<K extends keyof Values>(name: K, value: Values[K]): void {
    this.#values[name] = value;
    this.#controls.refresh();
  }

  get element(): HTMLDivElement | null {
    return this._stage.element;
  }

  set element(_: HTMLDivElement | null) {
    // Read only.
  }

  get mapType(): MapType {
    return this.#values.mapType;
  }

  set mapType(value: MapType) {
    if (!Object.values(MapType).includes(value)) {
      throw new TypeError(`[MapKit] Map: mapType must be one of mapkit.MapType, for example "standard"; got ${shown(value)}.`);
    }
    if (value === this.mapType) return;
    this.#set("mapType", value);
    this.#drawing.restyle();
    this.emit("map-type-change");
  }

  get colorScheme(): ColorScheme {
    return this.#values.colorScheme;
  }

  set colorScheme(value: ColorScheme) {
    this.#set("colorScheme", value ?? ColorScheme.Light);
    this.#drawing.restyle();
  }

  get distances(): DistanceUnitSystem {
    return this.#values.distances;
  }

  set distances(value: DistanceUnitSystem) {
    this.#set("distances", value ?? DistanceUnitSystem.Adaptive);
  }

  /** Stored without an effect: our tiles contain everything, so nothing can be loaded first. */
  get loadPriority(): MapLoadPriority {
    return this.#values.loadPriority;
  }

  set loadPriority(value: MapLoadPriority) {
    this.#values.loadPriority = value;
  }

  get isScrollEnabled(): boolean {
    return this.#values.isScrollEnabled;
  }

  set isScrollEnabled(value: boolean) {
    this.#set("isScrollEnabled", Boolean(value));
    this.#refreshGestures();
  }

  get isZoomEnabled(): boolean {
    return this.#values.isZoomEnabled;
  }

  set isZoomEnabled(value: boolean) {
    this.#set("isZoomEnabled", Boolean(value));
    this.#refreshGestures();
  }

  get isRotationEnabled(): boolean {
    return this.#values.isRotationEnabled;
  }

  set isRotationEnabled(value: boolean) {
    this.#set("isRotationEnabled", Boolean(value));
    this.#refreshGestures();
  }

  /** Not documented by Apple, but used by pages: whether the wheel zooms the map instead of scrolling the page. */
  get _allowWheelToZoom(): boolean {
    return this.#values.allowWheelToZoom;
  }

  set _allowWheelToZoom(value: boolean) {
    this.#values.allowWheelToZoom = Boolean(value);
  }

  get showsCompass(): FeatureVisibility {
    return this.#values.showsCompass;
  }

  set showsCompass(value: FeatureVisibility) {
    this.#set("showsCompass", toVisibility(value));
  }

  get showsScale(): FeatureVisibility {
    return this.#values.showsScale;
  }

  set showsScale(value: FeatureVisibility) {
    this.#set("showsScale", toVisibility(value));
  }

  get showsZoomControl(): boolean {
    return this.#values.showsZoomControl;
  }

  set showsZoomControl(value: boolean) {
    this.#set("showsZoomControl", Boolean(value));
  }

  get showsMapTypeControl(): boolean {
    return this.#values.showsMapTypeControl;
  }

  set showsMapTypeControl(value: boolean) {
    this.#set("showsMapTypeControl", Boolean(value));
  }

  get showsUserLocationControl(): boolean {
    return this.#values.showsUserLocationControl;
  }

  set showsUserLocationControl(value: boolean) {
    this.#set("showsUserLocationControl", Boolean(value));
  }

  get showsPointsOfInterest(): boolean {
    return this.#values.showsPointsOfInterest;
  }

  set showsPointsOfInterest(value: boolean) {
    this.#set("showsPointsOfInterest", Boolean(value));
    this.#drawing.applyPoints();
  }

  get pointOfInterestFilter(): PointOfInterestFilter | null {
    return this.#values.pointOfInterestFilter;
  }

  set pointOfInterestFilter(value: PointOfInterestFilter | null | undefined) {
    this.#set("pointOfInterestFilter", value ?? null);
    this.#drawing.applyPoints();
  }

  get showsUserLocation(): boolean {
    return this.#values.showsUserLocation;
  }

  set showsUserLocation(value: boolean) {
    this.#set("showsUserLocation", Boolean(value));
    this.#location.refresh(this.showsUserLocation || this.tracksUserLocation);
  }

  get tracksUserLocation(): boolean {
    return this.#values.tracksUserLocation;
  }

  set tracksUserLocation(value: boolean) {
    this.#set("tracksUserLocation", Boolean(value));
    this.#location.refresh(this.showsUserLocation || this.tracksUserLocation);
    if (value && this.#location.annotation) this._center(this.#location.annotation.coordinate, true);
  }

  get userLocationAnnotation(): UserLocationAnnotation | null {
    return this.showsUserLocation ? this.#location.annotation : null;
  }

  get tintColor(): string {
    return this.#values.tintColor;
  }

  set tintColor(value: string) {
    this.#set("tintColor", value ?? "");
    this._stage.element.style.setProperty("--mk-tint", value || null);
  }

  get selectableMapFeatures(): MapFeatureType[] {
    return [...this.#values.selectableMapFeatures];
  }

  set selectableMapFeatures(value: MapFeatureType[] | null | undefined) {
    this.#values.selectableMapFeatures = [...(value ?? [])];
  }

  /** Remove the map from the page, and release its resources. */
  destroy(): void {
    const index = maps.indexOf(this);
    if (index < 0) return;
    maps.splice(index, 1);
    this.#end.abort();
    this.#location.end();
    this.callout?.close();
    this.callout = null;
    this.removeOverlays(this.overlays);
    this.removeTileOverlays(this.tileOverlays);
    this._painter.forget();
    this._room.forget();
    this._layer.destroy();
    this.#controls.destroy();
    this._stage.destroy();
  }

  // For the parts of the map

  get _metresPerPixel(): number {
    const { camera, frame } = this._stage;
    return (distanceAt(camera, frame) * 2 * TAN_HALF_VIEW) / Math.max(1, frame.height);
  }

  _refreshControls(): void {
    this.#controls.refresh();
  }

  _zoomBy(step: number): void {
    this._stage.move({ zoom: Math.round((this._stage.camera.zoom + step) * 100) / 100 }, true);
  }

  _panBy(x: number, y: number): void {
    const { gl } = this._stage;
    gl?.panBy([x, y], { duration: prefersLessMotion() ? 0 : 250 });
  }

  _center(coordinate: Coordinate, isFirst: boolean): void {
    this.setCenterAnimated(coordinate);
    if (isFirst && this._stage.camera.zoom < 14) this._stage.move({ ...coordinate.toUnwrappedMapPoint(), zoom: 15 }, true);
  }

  _toggleTracking(): void {
    const tracks = !this.tracksUserLocation;
    if (tracks) this.showsUserLocation = true;
    this.tracksUserLocation = tracks;
  }

  /** A tap on an annotation, by pointer or keyboard. */
  _tapAnnotation(annotation: Annotation): void {
    this.selectedAnnotation = annotation;
  }

  /** A tap that is not on an annotation: on an overlay, a feature of the map, or nothing. */
  _tap(event: MouseEvent): void {
    const overlay = this.overlaysAtPoint({ x: event.pageX, y: event.pageY }).find(({ enabled }) => enabled);
    if (overlay) {
      this.selectedOverlay = overlay;
      return;
    }
    if (this.#features.select(event, this.#drawing.pointLayers)) return;
    this.selectedAnnotation = null;
    this.selectedOverlay = null;
  }

  /** The language of the labels has changed. */
  refreshLanguage(): void {
    this.#drawing.restyle();
    this.#controls.refresh();
  }

  #follow(): void {
    // The stage reports its first size before the constructor has finished.
    if (!this.#controls) return;
    this.refreshLimits();
    this._layer.place();
    this.callout?.place();
    this.#controls.follow();
    this.#location.annotation?._scale(this._metresPerPixel);
  }

  #takeGl(gl: GlMap): void {
    const words = wordsFor(session.language);
    gl.getCanvas().setAttribute("aria-label", words.map);
    const pairs = [
      ["movestart", "region-change-start"], ["moveend", "region-change-end"], ["zoomstart", "zoom-start"],
      ["zoomend", "zoom-end"], ["dragstart", "scroll-start"], ["dragend", "scroll-end"],
      ["rotatestart", "rotation-start"], ["rotateend", "rotation-end"],
    ] as const;
    for (const [theirs, ours] of pairs) gl.on(theirs, () => this.emit(ours));
    gl.on("dragstart", () => {
      if (this.tracksUserLocation) this.tracksUserLocation = false;
    });
    gl.on("moveend", () => this._layer.place());
    gl.on("style.load", () => this.#drawing.takeStyle(gl));
    gl.on("error", event => this.#drawing.judge(event as unknown as Trouble));
    this.#refreshGestures();
    this.#drawing.restyle();
  }

  #refreshGestures(): void {
    const { gl } = this._stage;
    if (!gl) return;
    const { isScrollEnabled, isZoomEnabled, isRotationEnabled } = this;
    const set = (handler: { enable(): void; disable(): void }, isOn: boolean) => (isOn ? handler.enable() : handler.disable());
    set(gl.dragPan, isScrollEnabled);
    set(gl.scrollZoom, isZoomEnabled);
    set(gl.doubleClickZoom, isZoomEnabled);
    set(gl.boxZoom, isZoomEnabled);
    set(gl.touchZoomRotate, isZoomEnabled);
    set(gl.keyboard, isScrollEnabled);
    set(gl.dragRotate, isRotationEnabled);
    if (isRotationEnabled) {
      gl.touchZoomRotate.enableRotation();
      gl.keyboard.enableRotation();
    } else {
      gl.touchZoomRotate.disableRotation();
      gl.keyboard.disableRotation();
    }
  }
}
