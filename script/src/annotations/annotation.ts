/** The base class of all annotations. */

import { AnnotationCollisionMode, AnnotationDisplayPriority } from "../core/enumerations";
import { absent } from "../core/host";
import { Emitter } from "../events/emitter";
import { shown } from "../geometry/numbers";
import { Padding, type PaddingData } from "../geometry/padding";
import { Coordinate, type CoordinateData, toCoordinate } from "../geometry/points";
import { Place, SearchAutocompleteResult } from "../services/place";
import type { PlaceSelectionAccessory } from "../places/accessory";
import type { MapView } from "../map/map";

export interface Size {
  width: number;
  height: number;
}

/** A delegate with which a page customizes callouts. */
export interface AnnotationCalloutDelegate {
  calloutAnchorOffsetForAnnotation?(annotation: Annotation, size: Size): DOMPoint;
  calloutShouldAppearForAnnotation?(annotation: Annotation): boolean;
  calloutShouldAnimateForAnnotation?(annotation: Annotation): boolean;
  calloutAppearanceAnimationForAnnotation?(annotation: Annotation): string;
  calloutContentForAnnotation?(annotation: Annotation): HTMLElement;
  calloutElementForAnnotation?(annotation: Annotation): HTMLElement;
  calloutLeftAccessoryForAnnotation?(annotation: Annotation): HTMLElement;
  calloutRightAccessoryForAnnotation?(annotation: Annotation): HTMLElement;
}

export interface AnnotationOptions {
  [name: string]: unknown;
  coordinate?: CoordinateData;
  data?: object;
  place?: Place | SearchAutocompleteResult;
}

export type Location = CoordinateData | Place | SearchAutocompleteResult;
export type ElementFactory = (coordinate: Coordinate, options: AnnotationOptions) => HTMLElement;

/** Kinds of changes that the annotation layer must handle. */
export type Change = "look" | "place" | "cluster";

/** The coordinate of an annotation that is created from a place. */
function readCoordinate(location: unknown): Coordinate {
  if (location instanceof Place || location instanceof SearchAutocompleteResult) {
    if (location.coordinate) return location.coordinate.copy();
    throw new TypeError(`[MapKit] Annotation: the place ${shown(location.id)} has no coordinate.`);
  }
  return toCoordinate(location, "Annotation: location").copy();
}

/** The options that are also members, in the order in which they are set. */
const MEMBERS = [
  "title", "subtitle", "accessibilityLabel", "data", "draggable", "visible", "enabled", "calloutEnabled", "callout",
  "calloutOffset", "animates", "appearanceAnimation", "anchorOffset", "size", "displayPriority", "padding",
  "collisionMode", "clusteringIdentifier", "selectionAccessory", "selectionAccessoryOffset", "selected",
] as const;

/** A callout is one pixel above its annotation, unless the page says otherwise. */
const ABOVE: Readonly<{ x: number; y: number }> = Object.freeze({ x: 0, y: 1 });
const ORIGIN: Readonly<{ x: number; y: number }> = Object.freeze({ x: 0, y: 0 });

/** An element of the page whose bottom centre is at a coordinate. */
export class Annotation extends Emitter {
  static get DisplayPriority(): typeof AnnotationDisplayPriority {
    return AnnotationDisplayPriority;
  }

  static get CollisionMode(): typeof AnnotationCollisionMode {
    return AnnotationCollisionMode;
  }

  /** Whether the map has created it, so that it does not belong to the page's annotations. */
  _isOfMap = false;
  /** The annotations in whose place it stands, if it is shown for a cluster. */
  _members: readonly Annotation[] | null = null;
  /** Set by the map that shows the annotation. */
  _map: MapView | null = null;
  #coordinate: Coordinate;
  #factory: ElementFactory | null;
  #options: AnnotationOptions;
  #element: HTMLElement | null = null;
  #place: Place | SearchAutocompleteResult | null;
  #selected = false;
  #values: Record<string, unknown> = {};

  constructor(location: Location, factory: ElementFactory | null, options: AnnotationOptions = {}) {
    super();
    if (factory !== null && typeof factory !== "function") {
      throw new TypeError(`[MapKit] Annotation: factory must be a function that returns an element; got ${shown(factory)}.`);
    }
    this.#coordinate = readCoordinate(options.coordinate ?? location);
    this.#place = options.place ?? (location instanceof Place || location instanceof SearchAutocompleteResult ? location : null);
    this.#factory = factory;
    this.#options = options;
    if (this.#place && options["title"] === undefined) this.#values["title"] = this.#place.name;
    this._take(MEMBERS, options);
  }

  /** Set the members that an options object has. */
  protected _take(members: readonly string[], options: AnnotationOptions): void {
    for (const name of members) {
      if (options[name] !== undefined) (this as unknown as Record<string, unknown>)[name] = options[name];
    }
  }

  protected _value<T>(name: string, otherwise: T): T {
    const value = this.#values[name];
    return value === undefined ? otherwise : (value as T);
  }

  protected _set(name: string, value: unknown, change: Change = "look"): void {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    this._changed(change);
  }

  /** Update the element and the map after a change. */
  protected _changed(change: Change): void {
    if (this.#element) this._refreshElement(this.#element);
    this._map?._annotationChanged(this, change);
  }

  /** Update the element from the members; subclasses override this. */
  protected _refreshElement(element: HTMLElement): void {
    const { size } = this;
    if (size) {
      element.style.width = `${size.width}px`;
      element.style.height = `${size.height}px`;
    }
  }

  protected _makeElement(): HTMLElement {
    const made = this.#factory?.(this.#coordinate.copy(), this.#options);
    if (made instanceof Element || (made as Node | undefined)?.nodeType === 1) return made as HTMLElement;
    throw new TypeError(`Annotation: the factory must return an element, for example a div; got ${shown(made)}.`);
  }

  get element(): HTMLElement {
    if (!this.#element) {
      this.#element = this._makeElement();
      this._refreshElement(this.#element);
    }
    return this.#element;
  }

  set element(_: HTMLElement) {
    // Read-only; MapKit JS ignores assignments silently.
  }

  get map(): MapView | null {
    return this._map;
  }

  set map(_: MapView | null) {
    // Read only.
  }

  get id(): string | null {
    return (this.#options["id"] as string | undefined) ?? this.#place?.id ?? absent;
  }

  /** The place that the annotation was created from. */
  get place(): Place | SearchAutocompleteResult | null {
    return this.#place;
  }

  get coordinate(): Coordinate {
    return this.#coordinate;
  }

  set coordinate(value: CoordinateData) {
    this.#coordinate = toCoordinate(value, "Annotation: coordinate").copy();
    this._map?._annotationChanged(this, "place");
  }

  get title(): string | null {
    return this._value("title", "");
  }

  set title(value: string | null | undefined) {
    this._set("title", value ?? "");
  }

  get subtitle(): string | null {
    return this._value("subtitle", "");
  }

  set subtitle(value: string | null | undefined) {
    this._set("subtitle", value ?? "");
  }

  get accessibilityLabel(): string | null {
    return this._value<string | null>("accessibilityLabel", null);
  }

  set accessibilityLabel(value: string | null) {
    this._set("accessibilityLabel", value);
  }

  get data(): object {
    let data = this._value<object | null>("data", null);
    if (!data) this.#values["data"] = data = {};
    return data;
  }

  set data(value: object) {
    this.#values["data"] = value;
  }

  get visible(): boolean {
    return this._value("visible", true);
  }

  set visible(value: boolean) {
    this._set("visible", Boolean(value), "cluster");
  }

  get enabled(): boolean {
    return this._value("enabled", true);
  }

  set enabled(value: boolean) {
    this._set("enabled", Boolean(value));
  }

  get draggable(): boolean {
    return this._value("draggable", false);
  }

  set draggable(value: boolean) {
    this._set("draggable", Boolean(value));
  }

  get animates(): boolean {
    return this._value("animates", true);
  }

  set animates(value: boolean) {
    this.#values["animates"] = Boolean(value);
  }

  get appearanceAnimation(): string {
    return this._value("appearanceAnimation", "");
  }

  set appearanceAnimation(value: string) {
    this.#values["appearanceAnimation"] = value;
  }

  /** CSS pixels from the bottom centre of the element to the coordinate: x to the right, y downwards. */
  get anchorOffset(): DOMPoint {
    return toPoint(this._value("anchorOffset", ORIGIN));
  }

  set anchorOffset(value: { x: number; y: number } | null) {
    this._set("anchorOffset", value ?? ORIGIN, "place");
  }

  get callout(): AnnotationCalloutDelegate | null {
    return this._value<AnnotationCalloutDelegate | null>("callout", null);
  }

  set callout(value: AnnotationCalloutDelegate | null | undefined) {
    this._set("callout", value ?? null);
  }

  get calloutEnabled(): boolean {
    return this._value("calloutEnabled", true);
  }

  set calloutEnabled(value: boolean) {
    this._set("calloutEnabled", Boolean(value));
  }

  /** CSS pixels from the tip of the callout to the top centre of the element: x to the right, y downwards. */
  get calloutOffset(): DOMPoint {
    return toPoint(this._value("calloutOffset", ABOVE));
  }

  set calloutOffset(value: { x: number; y: number } | null) {
    this._set("calloutOffset", value ?? ABOVE);
  }

  get selectionAccessory(): PlaceSelectionAccessory | null {
    return this._value<PlaceSelectionAccessory | null>("selectionAccessory", null);
  }

  set selectionAccessory(value: PlaceSelectionAccessory | null) {
    this._set("selectionAccessory", value);
  }

  get selectionAccessoryOffset(): DOMPoint | null {
    return this._value<DOMPoint | null>("selectionAccessoryOffset", null);
  }

  set selectionAccessoryOffset(value: DOMPoint | null) {
    this._set("selectionAccessoryOffset", value);
  }

  get size(): Size | null {
    return this._value<Size | null>("size", null);
  }

  set size(value: Size) {
    this._set("size", value, "place");
  }

  get padding(): Padding {
    return new Padding(this._value<PaddingData>("padding", Padding.Zero));
  }

  set padding(value: PaddingData) {
    this.#values["padding"] = new Padding(value);
  }

  get displayPriority(): number {
    return this._value("displayPriority", AnnotationDisplayPriority.Required);
  }

  set displayPriority(value: number) {
    this._set("displayPriority", Math.min(1000, Math.max(0, Number(value) || 0)), "cluster");
  }

  get collisionMode(): AnnotationCollisionMode {
    return this._value("collisionMode", AnnotationCollisionMode.Rectangle);
  }

  set collisionMode(value: AnnotationCollisionMode) {
    this._set("collisionMode", value, "cluster");
  }

  get clusteringIdentifier(): string | null {
    return this._value<string | null>("clusteringIdentifier", null);
  }

  set clusteringIdentifier(value: string | null) {
    this._set("clusteringIdentifier", value, "cluster");
  }

  get memberAnnotations(): Annotation[] | null {
    return this._members ? [...this._members] : absent;
  }

  get selected(): boolean {
    return this.#selected;
  }

  set selected(value: boolean) {
    const wanted = Boolean(value);
    if (wanted === this.#selected) return;
    if (!this._map) this.#selected = wanted;
    else if (wanted) this._map.selectedAnnotation = this;
    else if (this._map.selectedAnnotation === this) this._map.selectedAnnotation = null;
  }

  /** Called by the map after a change of the selection. */
  _markSelected(selected: boolean): void {
    this.#selected = selected;
    this._changed("look");
  }

  /** Whether a selection shows the standard callout, unless a delegate decides. */
  get _hasStandardCallout(): boolean {
    return Boolean(this.title);
  }

  /** The accessible name of the annotation. */
  get _label(): string {
    return this.accessibilityLabel || [this.title, this.subtitle].filter(Boolean).join(", ") || "Marker";
  }
}

function toPoint(value: { x: number; y: number }): DOMPoint {
  return new DOMPoint(value.x, value.y);
}
