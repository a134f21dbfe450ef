/** What all services share: language, the user's location, and cancellation. */

import { session } from "../core/session";
import { shown } from "../geometry/numbers";
import { type Coordinate, type CoordinateData, toCoordinate } from "../geometry/points";
import { type CoordinateRegionData, toRegion } from "../geometry/regions";
import { begin, type Callback, get, type Parameters, Request } from "./request";

export interface ServiceOptions {
  language?: string | null;
  getsUserLocation?: boolean;
}

export abstract class Service {
  #language: string | null;
  #getsUserLocation: boolean;
  readonly #running = new Map<number, Request<unknown>>();

  constructor({ language = null, getsUserLocation = false }: ServiceOptions = {}) {
    this.#language = language;
    this.#getsUserLocation = getsUserLocation;
  }

  get language(): string | null {
    return this.#language;
  }

  set language(value: string | null) {
    this.#language = value;
  }

  get getsUserLocation(): boolean {
    return this.#getsUserLocation;
  }

  set getsUserLocation(value: boolean) {
    this.#getsUserLocation = Boolean(value);
  }

  /** Cancel a request: the promise of MapKit JS 6, or the ID of 5. Returns whether it was still running. */
  cancel(request: Promise<unknown> | number): boolean {
    const id = Number(request);
    const running = this.#running.get(id);
    if (!running) return false;
    this.#running.delete(id);
    running.abort();
    return true;
  }

  /** Start a call that can be cancelled until it ends, and pass its result to the callback. */
  protected run<T>(task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal, callback?: Callback<T>): Request<T> {
    const request = begin(task, signal, callback);
    this.#running.set(request.id, request);
    const forget = () => this.#running.delete(request.id);
    request.then(forget, forget);
    return request;
  }

  /** GET with the language of the call, else of the service, else of the page. */
  protected async get<T>(path: string, parameters: Parameters, signal: AbortSignal, language?: string | null): Promise<T> {
    const userLocation = this.#getsUserLocation ? await userLocationText() : null;
    return get<T>(path, { lang: language ?? this.#language ?? session.language, userLocation, ...parameters }, signal);
  }
}

/** The location of the device, if it is known within a second. */
async function userLocationText(): Promise<string | null> {
  if (!("geolocation" in navigator)) return null;
  return new Promise(resolve => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(`${coords.latitude},${coords.longitude}`),
      () => resolve(null),
      { timeout: 1_000, maximumAge: 600_000 },
    );
  });
}

/** Give `value` if it is a text, else throw a sentence that says what came. */
export function requireText(value: unknown, member: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`[MapKit] ${member} must be a string, for example "Mannerheimintie 5, Helsinki"; got ${shown(value)}.`);
}

export function pointText(value: CoordinateData | null | undefined, where: string): string | null {
  if (!value) return null;
  const { latitude, longitude } = toCoordinate(value, where);
  return `${latitude},${longitude}`;
}

/** A region in the format of the Maps Server API: north, east, south, west. */
export function regionText(value: CoordinateRegionData | null | undefined, where: string): string | null {
  if (!value) return null;
  const { northLatitude: n, eastLongitude: e, southLatitude: s, westLongitude: w } = toRegion(value, where).toBoundingRegion();
  const turned = (longitude: number) => (longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude);
  return [Math.min(90, n), turned(e), Math.max(-90, s), turned(w)].join(",");
}

/** Read callback and options, which pages pass in either order, or only one of them. */
export function sort<C, O extends object>(first: C | O | undefined, second: C | O | undefined, isCallback: (value: unknown) => value is C): { callback: C | undefined; options: O } {
  const callback = [first, second].find(isCallback);
  const options = [first, second].find(value => typeof value === "object" && value !== null && !isCallback(value)) as O | undefined;
  return { callback, options: options ?? ({} as O) };
}

export function isFunction(value: unknown): value is (...values: never[]) => void {
  return typeof value === "function";
}

export type { Coordinate };
