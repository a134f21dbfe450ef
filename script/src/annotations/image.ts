/** An image of the page at a coordinate. */

import { element } from "../map/dom";
import { Annotation, type AnnotationOptions, type Location, type Size } from "./annotation";
import { drawBalloon, drawDot } from "./balloon";
import { imageElement, type ImageLike } from "./images";

export class ImageAnnotation extends Annotation {
  #shown: ImageLike | null = null;

  constructor(location: Location, options: AnnotationOptions = {}) {
    super(location, null, options);
    const image = options["image"] ?? options["url"];
    if (!image) {
      const example = "{ url: { 1: 'pin.png', 2: 'pin_2x.png' } }";
      throw new TypeError(`[MapKit] ImageAnnotation: options must have an image, for example ${example}.`);
    }
    this._set("image", image);
  }

  get image(): ImageLike {
    return this._value("image", {});
  }

  set image(value: ImageLike) {
    this._set("image", value);
  }

  get url(): ImageLike {
    return this.image;
  }

  set url(value: ImageLike) {
    this.image = value;
  }

  override get size(): Size | null {
    return super.size;
  }

  override set size(value: Size) {
    super.size = value;
  }

  protected override _makeElement(): HTMLElement {
    return element("div", "mk-image");
  }

  protected override _refreshElement(box: HTMLElement): void {
    super._refreshElement(box);
    box.classList.toggle("mk-selected", this.selected);
    box.classList.toggle("mk-sized", this.size !== null);
    const { image } = this;
    if (this.#shown === image) return;
    this.#shown = image;
    box.classList.remove("mk-missing");
    imageElement(image).then(
      made => {
        if (this.#shown !== image) return;
        if (!made) {
          showMissing(box);
          return;
        }
        box.replaceChildren(made);
        made.addEventListener("error", () => made.parentNode === box && showMissing(box), { once: true });
      },
      () => this.#shown === image && showMissing(box),
    );
  }
}

/** Where an image cannot be had, a balloon is shown. */
function showMissing(box: HTMLElement): void {
  const glyph = element("div", "mk-glyph mk-plain", [drawDot()]);
  box.classList.add("mk-missing");
  box.replaceChildren(element("div", "mk-pin", [drawBalloon("#ff5b40"), glyph]));
}
