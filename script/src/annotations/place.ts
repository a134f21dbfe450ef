/** Annotations for places: from a search, a Place ID, or the map itself. */

import type { PointOfInterestCategory } from "../core/enumerations";
import { Coordinate } from "../geometry/points";
import { Padding } from "../geometry/padding";
import { Place, type SearchAutocompleteResult } from "../services/place";
import type { AnnotationOptions, Size } from "./annotation";
import { BALLOON_HEIGHT, BALLOON_WIDTH } from "./balloon";
import { GlyphImage, lookOf } from "./glyphs";
import { MarkerAnnotation } from "./marker";
import type { Location } from "./annotation";

function categoryOf(place: Place | SearchAutocompleteResult | null): PointOfInterestCategory | null {
  return place instanceof Place ? place.pointOfInterestCategory : null;
}

/** A balloon with the colour and the glyph of its place's category, which pages cannot change. */
export class PlaceAnnotation extends MarkerAnnotation {
  constructor(location: Location, options: AnnotationOptions = {}) {
    super(location, options);
    this.#draw(categoryOf(this.place));
  }

  /** Use the colour and the glyph of a category. */
  protected drawAs(category: PointOfInterestCategory | null): void {
    this.#draw(category);
  }

  #draw(category: PointOfInterestCategory | null): void {
    const { color, glyph } = lookOf(category);
    const image = glyph ? new GlyphImage(glyph) : null;
    this._set("placeColor", color);
    this._set("placeGlyph", image);
  }

  override get element(): HTMLElement {
    return super.element;
  }

  override get coordinate(): Coordinate {
    return super.coordinate;
  }

  override get draggable(): boolean {
    return false;
  }

  override set draggable(_: boolean) {
    // Read-only: places cannot be dragged.
  }

  override get appearanceAnimation(): string {
    return "";
  }

  override set appearanceAnimation(_: string) {
    // Read-only.
  }

  override get anchorOffset(): DOMPoint {
    return new DOMPoint(0, 0);
  }

  override set anchorOffset(_: { x: number; y: number } | null) {
    // Read-only: the tip is at the place.
  }

  override get padding(): Padding {
    return new Padding();
  }

  override get size(): Size {
    return { width: BALLOON_WIDTH, height: BALLOON_HEIGHT };
  }

  override get color(): string {
    return this._value("placeColor", lookOf(null).color);
  }

  override set color(_: string) {
    // Read-only: the colour of the category.
  }

  override get glyphColor(): string {
    return "white";
  }

  override set glyphColor(_: string) {
    // Read-only: white.
  }

  override get glyphText(): string | null {
    return "";
  }

  override set glyphText(_: string | null) {
    // Read-only: the glyph of the category.
  }

  override get glyphImage(): GlyphImage | null {
    return this._value<GlyphImage | null>("placeGlyph", null);
  }

  override set glyphImage(_: unknown) {
    // Read-only: the glyph of the category.
  }

  override get selectedGlyphImage(): GlyphImage | null {
    return this.glyphImage;
  }

  override set selectedGlyphImage(_: unknown) {
    // Read-only: the glyph of the category.
  }
}
