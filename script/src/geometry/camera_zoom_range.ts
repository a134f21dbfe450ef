/** The least and the greatest distance of the camera, metres. */

export interface CameraZoomRangeData {
  minCameraDistance: number;
  maxCameraDistance: number;
}

/** From `minCameraDistance` (0 by default) to `maxCameraDistance` (no limit by default). */
export class CameraZoomRange implements CameraZoomRangeData {
  readonly #lowest: number;
  readonly #highest: number;

  constructor(minOrData: number | Partial<CameraZoomRangeData> = 0, max = Infinity) {
    const isData = typeof minOrData === "object" && minOrData !== null;
    const lowest = isData ? (minOrData.minCameraDistance ?? 0) : minOrData;
    const highest = isData ? (minOrData.maxCameraDistance ?? Infinity) : max;
    const areMetres = typeof lowest === "number" && typeof highest === "number" && lowest >= 0 && highest >= 0;
    if (!areMetres || Number.isNaN(lowest) || Number.isNaN(highest)) {
      const rule = "two distances of 0 metres or more, for example new CameraZoomRange(250, 15000)";
      throw new TypeError(`[MapKit] CameraZoomRange must be ${rule}; got ${lowest} and ${highest}.`);
    }
    this.#lowest = Math.min(lowest, highest);
    this.#highest = Math.max(lowest, highest);
  }

  get minCameraDistance(): number {
    return this.#lowest;
  }

  get maxCameraDistance(): number {
    return this.#highest;
  }

  copy(): CameraZoomRange {
    return new CameraZoomRange(this.#lowest, this.#highest);
  }
}
