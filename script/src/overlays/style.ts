/** The style of an overlay: stroke and fill. */

import { warnOfUnknown } from "../core/console";
import { LineGradient } from "./line_gradient";

export type LineCap = "butt" | "round" | "square";
export type LineJoin = "bevel" | "miter" | "round";
export type FillRule = "evenodd" | "nonzero";

export interface StyleOptions {
  strokeColor?: string | null;
  strokeOpacity?: number;
  strokeStart?: number;
  strokeEnd?: number;
  lineWidth?: number;
  lineCap?: LineCap;
  lineJoin?: LineJoin;
  lineDash?: number[];
  lineDashOffset?: number;
  lineGradient?: LineGradient | null;
  fillColor?: string | null;
  fillOpacity?: number;
  fillRule?: FillRule;
}

const DEFAULTS = {
  strokeColor: "rgb(0, 122, 255)" as string | null,
  strokeOpacity: 1,
  strokeStart: 0,
  strokeEnd: 1,
  lineWidth: 1,
  lineCap: "round" as LineCap,
  lineJoin: "round" as LineJoin,
  lineDash: [] as number[],
  lineDashOffset: 0,
  lineGradient: null as LineGradient | null,
  fillColor: "rgb(0, 122, 255)" as string | null,
  fillOpacity: 0.1,
  fillRule: "nonzero" as FillRule,
};
type Values = typeof DEFAULTS;

export class Style {
  #values: Values = { ...DEFAULTS };
  /** Called after every change, so that the overlay is redrawn. */
  readonly _watchers = new Set<() => void>();
  readonly #forward = () => this.#changed();

  constructor(options: StyleOptions = {}) {
    warnOfUnknown(options, Object.keys(DEFAULTS), "Style");
    for (const name of Object.keys(DEFAULTS) as (keyof Values)[]) {
      if (options[name] !== undefined) (this as Record<string, unknown>)[name] = options[name];
    }
  }

  #changed(): void {
    for (const watcher of this._watchers) watcher();
  }

  #set<K extends keyof Values>(name: K, value: Values[K] | null | undefined): void {
    this.#values[name] = value === undefined || value === null ? DEFAULTS[name] : value;
    this.#changed();
  }

  #setColor(name: "strokeColor" | "fillColor", value: string | null | undefined): void {
    this.#values[name] = value === undefined ? DEFAULTS[name] : value;
    this.#changed();
  }

  #setPart(name: "strokeOpacity" | "fillOpacity" | "strokeStart" | "strokeEnd", value: number): void {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`[MapKit] Style: ${name} must be from 0 to 1, for example 0.5; got ${value}.`);
    }
    this.#set(name, value);
  }

  /** Null for no stroke, which Apple's types do not say. */
  get strokeColor(): string {
    return this.#values.strokeColor as string;
  }

  set strokeColor(value: string | null) {
    this.#setColor("strokeColor", value);
  }

  /** Whether the line is drawn, if only with an opacity of 0: then it can be tapped. */
  get _hasStroke(): boolean {
    return (this.strokeColor !== null || this.lineGradient !== null) && this.lineWidth > 0;
  }

  get strokeOpacity(): number {
    return this.#values.strokeOpacity;
  }

  set strokeOpacity(value: number) {
    this.#setPart("strokeOpacity", value);
  }

  /** The fraction of the length at which the line starts. */
  get strokeStart(): number {
    return this.#values.strokeStart;
  }

  set strokeStart(value: number) {
    this.#setPart("strokeStart", value);
  }

  get strokeEnd(): number {
    return this.#values.strokeEnd;
  }

  set strokeEnd(value: number) {
    this.#setPart("strokeEnd", value);
  }

  /** CSS pixels. */
  get lineWidth(): number {
    return this.#values.lineWidth;
  }

  set lineWidth(value: number) {
    if (!(value >= 0)) throw new RangeError(`[MapKit] Style: lineWidth must be 0 or more CSS pixels; got ${value}.`);
    this.#set("lineWidth", value);
  }

  get lineCap(): LineCap {
    return this.#values.lineCap;
  }

  set lineCap(value: LineCap) {
    this.#set("lineCap", value);
  }

  get lineJoin(): LineJoin {
    return this.#values.lineJoin;
  }

  set lineJoin(value: LineJoin) {
    this.#set("lineJoin", value);
  }

  /** Alternating lengths of dashes and gaps, CSS pixels. */
  get lineDash(): number[] {
    return [...this.#values.lineDash];
  }

  set lineDash(value: number[]) {
    this.#set("lineDash", [...(value ?? [])]);
  }

  get lineDashOffset(): number {
    return this.#values.lineDashOffset;
  }

  set lineDashOffset(value: number) {
    this.#set("lineDashOffset", value);
  }

  get lineGradient(): LineGradient | null {
    return this.#values.lineGradient;
  }

  set lineGradient(value: LineGradient | null) {
    this.#values.lineGradient?._watchers.delete(this.#forward);
    value?._watchers.add(this.#forward);
    this.#set("lineGradient", value);
  }

  /** Null for no fill, which Apple's types do not say. */
  get fillColor(): string {
    return this.#values.fillColor as string;
  }

  set fillColor(value: string | null) {
    this.#setColor("fillColor", value);
  }

  get fillOpacity(): number {
    return this.#values.fillOpacity;
  }

  set fillOpacity(value: number) {
    this.#setPart("fillOpacity", value);
  }

  get fillRule(): FillRule {
    return this.#values.fillRule;
  }

  set fillRule(value: FillRule) {
    this.#set("fillRule", value);
  }

  toString(): string {
    return `Style(${Object.entries(this.#values).map(([name, value]) => `${name}: ${String(value)}`).join(", ")})`;
  }
}

/** Read a style that may be a plain object. */
export function toStyle(value: Style | StyleOptions | null | undefined): Style {
  return value instanceof Style ? value : new Style(value ?? {});
}
