/** Replacements for the browser globals that the tested code uses. */

class Point {
  constructor(
    readonly x = 0,
    readonly y = 0,
  ) {}
}

Object.assign(globalThis, { DOMPoint: (globalThis as { DOMPoint?: unknown }).DOMPoint ?? Point });
