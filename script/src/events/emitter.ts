/** Event targets for both versions: DOM events as in MapKit JS 6, and `thisObject` as in 5. */

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };
type Options = boolean | AddEventListenerOptions | object | null | undefined;

interface Registration {
  readonly type: string;
  readonly listener: Listener;
  readonly thisObject: object | null;
  readonly call: (event: Event) => void;
}

const OPTION_NAMES = new Set(["once", "capture", "passive", "signal"]);

/** Tell whether the third argument is a DOM options object; in MapKit JS 5, it is `this` for the listener. */
function isOptions(value: Options): value is AddEventListenerOptions {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every(name => OPTION_NAMES.has(name));
}

/** An EventTarget whose listeners can have a `this` object. */
export class Emitter extends EventTarget {
  #registrations: Registration[] = [];

  /** Returns whether the listener is new, as in MapKit JS 5. */
  override addEventListener(type: string, listener: Listener | null, third?: Options): boolean {
    if (listener === null || listener === undefined) return false;
    const options = isOptions(third) ? third : undefined;
    const thisObject = !options && typeof third === "object" && third ? third : null;
    const known = (r: Registration) => r.type === type && r.listener === listener && r.thisObject === thisObject;
    if (this.#registrations.some(known)) return false;
    const call = (event: Event) => {
      if (options?.once) this.removeEventListener(type, listener);
      if (typeof listener === "function") listener.call(thisObject ?? this, event);
      else listener.handleEvent(event);
    };
    this.#registrations.push({ type, listener, thisObject, call });
    super.addEventListener(type, call, options?.signal ? { signal: options.signal } : undefined);
    return true;
  }

  /**
   * Returns whether there was such a listener, as in MapKit JS 5; there, all listeners of a type are removed without a
   * `listener`, and all of the object without a `type`.
   */
  override removeEventListener(type?: string, listener?: Listener | null, third?: Options): boolean {
    const before = this.#registrations.length;
    const thisObject = typeof third === "object" && third && !isOptions(third) ? third : undefined;
    this.#registrations = this.#registrations.filter(r => {
      const matches =
        (type === undefined || r.type === type) &&
        (listener === undefined || r.listener === listener) &&
        (thisObject === undefined || r.thisObject === thisObject);
      if (matches) super.removeEventListener(r.type, r.call);
      return !matches;
    });
    return this.#registrations.length < before;
  }

  /** Dispatch an event with `members`. Returns false if a listener called `preventDefault()`. */
  emit(type: string, members: object = {}): boolean {
    const event = new Event(type, { cancelable: true });
    for (const [name, value] of Object.entries(members)) {
      Object.defineProperty(event, name, { value, enumerable: true, configurable: true });
    }
    return this.dispatchEvent(event);
  }
}
