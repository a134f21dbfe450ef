/** The few names of a browser that the code under test uses outside one. */

class Point {
  constructor(
    readonly x = 0,
    readonly y = 0,
  ) {}
}

Object.assign(globalThis, { DOMPoint: (globalThis as { DOMPoint?: unknown }).DOMPoint ?? Point });
