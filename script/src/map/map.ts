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
import { Drawing, GROUND, type Trouble } from "./drawing";
import { Features } from "./features";
import { watchGestures } from "./gestures";
import { ItemMap } from "./item_map";
import type { MapFeatureAnnotation } from "../annotations/map_feature";
import { Moves } from "./moves";
import { type MapConstructorOptions, OPTIONS } from "./options";
import { watchPrinting } from "./printing";
import { Stage } from "./stage";
import { UserLocation, type UserLocationAnnotation } from "./user_location";
import { defaults, findParent, toScheme, toVisibility, type Values } from "./values";

/** The maps of this page, in the order of their creation. */
export const maps: MapView[] = [];

/** Distance of the user from the centre beyond which the map no longer follows, CSS pixels. */
const OFF_CENTER_PX = 4;

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
  readonly #moves = new Moves(this, this.#end.signal);
  /** While the map moves to the user. */
  #isCentring = false;

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
    this.#set("colorScheme", toScheme(value ?? ColorScheme.Light, this.colorScheme, "Map: colorScheme"));
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
    this.#moves.refresh();
  }

  get isZoomEnabled(): boolean {
    return this.#values.isZoomEnabled;
  }

  set isZoomEnabled(value: boolean) {
    this.#set("isZoomEnabled", Boolean(value));
    this.#moves.refresh();
  }

  get isRotationEnabled(): boolean {
    return this.#values.isRotationEnabled;
  }

  set isRotationEnabled(value: boolean) {
    this.#set("isRotationEnabled", Boolean(value));
    this.#moves.refresh();
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
    this.#set("showsCompass", toVisibility(value, this.showsCompass, "Map: showsCompass"));
  }

  get showsScale(): FeatureVisibility {
    return this.#values.showsScale;
  }

  set showsScale(value: FeatureVisibility) {
    this.#set("showsScale", toVisibility(value, this.showsScale, "Map: showsScale"));
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

  /** Following the user shows the user, and ends when the map is moved away. */
  set tracksUserLocation(value: boolean) {
    if (value && !this.showsUserLocation) this.showsUserLocation = true;
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

  /** Zoom for the user, by a control. */
  _zoomBy(step: number): void {
    this._stage.move({ zoom: Math.round((this._stage.camera.zoom + step) * 100) / 100 }, true, { byUser: true });
  }

  /** Move the map with two fingers on a touchpad. */
  _panByWheel(event: WheelEvent): void {
    this.#moves.pan(event);
  }

  /** Move to the user, which does not end the following. */
  _center(coordinate: Coordinate, isFirst: boolean): void {
    this.#isCentring = true;
    const zoom = isFirst && this._stage.camera.zoom < 14 ? { zoom: 15 } : {};
    this._stage.move({ ...coordinate.toUnwrappedMapPoint(), ...zoom }, true);
    this.#isCentring = false;
  }

  _toggleTracking(): void {
    this.tracksUserLocation = !this.tracksUserLocation;
  }

  /** Let the current gesture of the user not move the map. */
  _holdStill(isPressed: boolean): void {
    this.#moves.holdStill(isPressed);
  }

  /** A tap on an annotation, by pointer or keyboard. */
  _tapAnnotation(annotation: Annotation): void {
    this.selectedAnnotation = annotation;
  }

  /** A tap that is not on an annotation: select the overlay or the feature of the map there; returns whether there is one. */
  _tapItem(event: MouseEvent): boolean {
    const overlay = this.overlaysAtPoint({ x: event.pageX, y: event.pageY }).findLast(({ enabled }) => enabled);
    if (overlay) this.selectedOverlay = overlay;
    return overlay !== undefined || this.#features.select(event, this.#drawing.pointLayers);
  }

  /** A tap where there is nothing. */
  _tapNothing(): void {
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
    this.#moves.watch(gl);
    watchPrinting(gl, this.#end.signal);
    gl.on("moveend", () => {
      this._layer.place();
      this.#endTracking(gl);
    });
    gl.on("style.load", () => this.#drawing.takeStyle(gl));
    gl.on("error", event => this.#drawing.judge(event as unknown as Trouble));
    this.#moves.refresh();
    this.#drawing.restyle();
  }

  /** The map has moved: if it is no longer centred on the user, it stops following. */
  #endTracking(gl: GlMap): void {
    const here = this.#location.annotation?.coordinate;
    if (!this.tracksUserLocation || !here || this.#isCentring || gl.isMoving()) return;
    const [user, center] = [here, this.center].map(coordinate => this._stage.project(coordinate.toMapPoint()));
    if (Math.hypot(user!.x - center!.x, user!.y - center!.y) > OFF_CENTER_PX) this.tracksUserLocation = false;
  }
}
