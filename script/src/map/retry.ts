/** When to ask again for what did not come because the network or the server was away for a moment. */

const FIRST_MS = 2_000;
const LAST_MS = 60_000;

/** Calls `again` after 2, 4, 8… seconds at most a minute, and at once when the device is online again. */
export class Retry {
  readonly #again: () => void;
  readonly #end: AbortSignal;
  #delay = FIRST_MS;
  #timer = 0;
  #lastAt = -Infinity;

  constructor(again: () => void, end: AbortSignal) {
    this.#again = again;
    this.#end = end;
    const now = () => this.#timer && this.#run();
    globalThis.addEventListener?.("online", now, { signal: end });
    end.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Something did not come. Gives whether it is the first since all went well. */
  later(now = performance.now()): boolean {
    if (this.#timer || this.#end.aborted) return false;
    const isFirst = now - this.#lastAt > LAST_MS / 2 + this.#delay;
    this.#delay = isFirst ? FIRST_MS : Math.min(LAST_MS, this.#delay * 2);
    this.#timer = setTimeout(() => this.#run(), this.#delay) as unknown as number;
    return isFirst;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#lastAt = performance.now();
    this.#again();
  }
}
