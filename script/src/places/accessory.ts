/** Shows a place card next to a selected annotation. */

import { PlaceSelectionAccessoryStyle } from "../core/enumerations";

export interface PlaceSelectionAccessoryOptions {
  style?: PlaceSelectionAccessoryStyle;
}

export class PlaceSelectionAccessory {
  static readonly Styles = PlaceSelectionAccessoryStyle;
  #style: PlaceSelectionAccessoryStyle;

  constructor({ style = PlaceSelectionAccessoryStyle.Automatic }: PlaceSelectionAccessoryOptions = {}) {
    this.#style = style;
  }

  get style(): PlaceSelectionAccessoryStyle {
    return this.#style;
  }

  set style(value: PlaceSelectionAccessoryStyle) {
    this.#style = value;
  }
}
