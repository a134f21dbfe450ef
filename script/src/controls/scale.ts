/** The scale bar: a round distance in metres, kilometres, feet or miles. */

import { DistanceUnitSystem } from "../core/enumerations";

const FOOT_M = 0.3048;
const MILE_M = 1609.344;
/** Regions with miles on road signs. */
const IN_MILES = new Set(["US", "GB", "LR", "MM"]);

export interface Scale {
  readonly text: string;
  readonly widthPx: number;
}

/** Whether to show distances in feet and miles. */
export function isImperial(system: DistanceUnitSystem, language: string): boolean {
  if (system !== DistanceUnitSystem.Adaptive) return system === DistanceUnitSystem.Imperial;
  try {
    return IN_MILES.has(new Intl.Locale(language).maximize().region ?? "");
  } catch {
    return false;
  }
}

/** The largest of 1, 2, 5, 10… units that is at most `maxPx` wide. */
export function scaleFor(metresPerPixel: number, maxPx: number, imperial: boolean, language: string): Scale {
  const most = metresPerPixel * maxPx;
  const isLong = imperial ? most >= MILE_M / 2 : most >= 1000;
  const unitM = imperial ? (isLong ? MILE_M : FOOT_M) : isLong ? 1000 : 1;
  const unit = imperial ? (isLong ? "mile" : "foot") : isLong ? "kilometer" : "meter";
  const count = roundDown(most / unitM);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 2 });
  return { text: format.format(count), widthPx: (count * unitM) / metresPerPixel };
}

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const leading = value / power;
  return (leading >= 5 ? 5 : leading >= 2 ? 2 : 1) * power;
}
