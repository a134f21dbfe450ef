/** The base class of overlays: lines and areas on the ground. */

import { Emitter } from "../events/emitter";
import type { Coordinate } from "../geometry/points";
import type { MapView } from "../map/map";
import type { Ring } from "./geometry";
import { Style, type StyleOptions, toStyle } from "./style";

export interface OverlayOptions {
  visible?: boolean;
  enabled?: boolean;
  selected?: boolean;
  data?: object;
  style?: Style | StyleOptions;
}

let lastId = 0;

export abstract class Overlay extends Emitter {
  /** The prefix of the IDs of the overlay's source and layers. */
  readonly _id = `mk-overlay-${++lastId}`;
  /** Set by the map that shows the overlay. */
  _map: MapView | null = null;
  #style: Style;
  #data: object;
  #visible: boolean;
  #enabled: boolean;
  #selected: boolean;
  readonly #restyle = () => this._changed();

  constructor({ style, data = {}, visible = true, enabled = true, selected = false }: OverlayOptions = {}) {
    super();
    this.#style = toStyle(style);
    this.#style._watchers.add(this.#restyle);
    this.#data = data;
    this.#visible = visible;
    this.#enabled = enabled;
    this.#selected = selected;
  }

  /** Whether the overlay covers ground. */
  abstract get _isArea(): boolean;
  /** Lines, or the rings of areas, as [longitude, latitude]; longitudes may be beyond ±180. */
  abstract _rings(): Ring[];
  /** The coordinates that must be visible so that the whole overlay is visible. */
  abstract _extent(): Coordinate[];

  protected _changed(): void {
    this._map?._overlayChanged(this);
  }

  get style(): Style {
    return this.#style;
  }

  set style(value: Style | StyleOptions) {
    this.#style._watchers.delete(this.#restyle);
    this.#style = toStyle(value);
    this.#style._watchers.add(this.#restyle);
    this._changed();
  }

  get map(): MapView | null {
    return this._map;
  }

  set map(_: MapView | null) {
    // Read-only.
  }

  get data(): object {
    return this.#data;
  }

  set data(value: object) {
    this.#data = value;
  }

  get visible(): boolean {
    return this.#visible;
  }

  set visible(value: boolean) {
    this.#visible = Boolean(value);
    this._changed();
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(value: boolean) {
    this.#enabled = Boolean(value);
  }

  get selected(): boolean {
    return this.#selected;
  }

  set selected(value: boolean) {
    const wanted = Boolean(value);
    if (wanted === this.#selected) return;
    if (!this._map) this.#selected = wanted;
    else if (wanted) this._map.selectedOverlay = this;
    else if (this._map.selectedOverlay === this) this._map.selectedOverlay = null;
  }

  /** Called by the map after a change of the selection. */
  _markSelected(selected: boolean): void {
    this.#selected = selected;
    this._changed();
  }
}
