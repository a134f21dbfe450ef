/** The standard marker: a balloon with a colour, a glyph, and a title below. */

import { FeatureVisibility } from "../core/enumerations";
import { version } from "../core/host";
import { element } from "../map/dom";
import { Annotation, type AnnotationOptions, type Location, type Size } from "./annotation";
import { BALLOON_HEIGHT, BALLOON_WIDTH, drawBalloon, drawDot, paintBalloon } from "./balloon";
import { imageElement, type ImageLike } from "./images";

const MEMBERS = [
  "color", "glyphColor", "glyphText", "glyphImage", "selectedGlyphImage", "titleVisibility", "subtitleVisibility",
] as const;
const COLOR = "#ff5b40";
const GLYPH_PX = 20;
/** The text of a balloon without one. */
const NO_TEXT = version.startsWith("5") ? "" : null;

export class MarkerAnnotation extends Annotation {
  #glyphKey: unknown = undefined;

  constructor(location: Location, options: AnnotationOptions = {}) {
    super(location, null, options);
    this._take(MEMBERS, options);
  }

  override get size(): Size {
    return { width: BALLOON_WIDTH, height: BALLOON_HEIGHT };
  }

  override set size(_: Size) {
    // The size is fixed.
  }

  get color(): string {
    return this._value("color", COLOR);
  }

  set color(value: string) {
    this._set("color", value || COLOR);
  }

  get glyphColor(): string {
    return this._value("glyphColor", "white");
  }

  set glyphColor(value: string) {
    this._set("glyphColor", value || "white");
  }

  get glyphText(): string | null {
    return this._value<string | null>("glyphText", NO_TEXT);
  }

  set glyphText(value: string | null) {
    this._set("glyphText", value ?? NO_TEXT);
  }

  get glyphImage(): ImageLike | null {
    return this._value<ImageLike | null>("glyphImage", null);
  }

  set glyphImage(value: ImageLike | null) {
    this._set("glyphImage", value ?? null);
  }

  get selectedGlyphImage(): ImageLike | null {
    return this._value<ImageLike | null>("selectedGlyphImage", null);
  }

  set selectedGlyphImage(value: ImageLike | null) {
    this._set("selectedGlyphImage", value ?? null);
  }

  get titleVisibility(): FeatureVisibility {
    return this._value("titleVisibility", FeatureVisibility.Adaptive);
  }

  set titleVisibility(value: FeatureVisibility) {
    this._set("titleVisibility", value);
  }

  get subtitleVisibility(): FeatureVisibility {
    return this._value("subtitleVisibility", FeatureVisibility.Adaptive);
  }

  set subtitleVisibility(value: FeatureVisibility) {
    this._set("subtitleVisibility", value);
  }

  /** A marker shows its title below itself, so it has a callout only with a delegate. */
  override get _hasStandardCallout(): boolean {
    const { callout } = this;
    return Boolean(this.title && callout && hasMethods(callout));
  }

  /** Whether the title is shown below the balloon if there is room. */
  get _showsTitle(): boolean {
    return Boolean(this.title) && this.titleVisibility !== FeatureVisibility.Hidden;
  }

  protected override _makeElement(): HTMLElement {
    const glyph = element("div", "mk-glyph");
    glyph.setAttribute("aria-hidden", "true");
    const words = element("div", "mk-words", [element("div", "mk-title"), element("div", "mk-subtitle")]);
    const body = element("div", "mk-pin");
    body.append(drawBalloon(this.color), glyph);
    return element("div", "mk-marker", [body, words]);
  }

  protected override _refreshElement(marker: HTMLElement): void {
    const [title, subtitle] = [this.title ?? "", this.subtitle ?? ""];
    marker.classList.toggle("mk-selected", this.selected);
    const showsSubtitle = this.subtitleVisibility === "visible" || (this.subtitleVisibility === "adaptive" && this.selected);
    setText(marker.querySelector(".mk-title")!, this.titleVisibility === "hidden" ? "" : title);
    setText(marker.querySelector(".mk-subtitle")!, this.titleVisibility !== "hidden" && showsSubtitle ? subtitle : "");
    paintBalloon(marker, this.color);
    this.#refreshGlyph(marker.querySelector<HTMLElement>(".mk-glyph")!);
  }

  #refreshGlyph(glyph: HTMLElement): void {
    glyph.style.color = this.glyphColor;
    const image = (this.selected && this.selectedGlyphImage) || this.glyphImage;
    const key = this.glyphText || (image ?? null);
    if (key === this.#glyphKey) return;
    this.#glyphKey = key;
    if (image && key === image) void this.#showImage(glyph, image);
    else glyph.replaceChildren(this.glyphText ? element("span", `mk-text mk-length-${textLength(this.glyphText)}`, [this.glyphText]) : drawDot());
  }

  /** Images are used as masks: their opaque parts have the colour of the glyph. */
  async #showImage(glyph: HTMLElement, image: ImageLike): Promise<void> {
    const made = await imageElement(image).catch(() => null);
    if (this.#glyphKey !== image || !made) return;
    const url = made instanceof HTMLImageElement ? made.src : null;
    if (!url) {
      glyph.replaceChildren(made);
      return;
    }
    const stencil = element("span", "mk-stencil");
    stencil.style.width = stencil.style.height = `${GLYPH_PX}px`;
    stencil.style.setProperty("--mk-image", `url(${JSON.stringify(url)})`);
    glyph.replaceChildren(stencil);
  }
}

/** Whether a delegate has any method, its own or one of its class. */
function hasMethods(delegate: object): boolean {
  for (const name in delegate) if (name.startsWith("callout")) return true;
  const prototype = Object.getPrototypeOf(delegate) as object | null;
  return prototype !== null && prototype !== Object.prototype && Object.getOwnPropertyNames(prototype).some(name => name.startsWith("callout"));
}

/** Font size of a glyph: smaller for more than two characters. */
function textLength(text: string): number {
  return Math.min(4, [...new Intl.Segmenter().segment(text)].length);
}

function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
