/** A call of the Maps Server API with the bootstrap's access token, with promise, callback and cancellation. */

import { ConfigurationError, explain } from "../core/bootstrap";
import type { ConfigurationErrorStatus } from "../core/enumerations";
import { session } from "../core/session";

/** A failed call; its message is a status or, as in MapKit JS 5, `HTTP error: 400. Message: …`. */
export class RequestError extends Error {
  override name = "RequestError";
}

export type Parameters = Record<string, string | number | boolean | null | undefined>;
export type Callback<T> = (error: Error | null, result: T | null) => void;

let lastId = 0;

/** A promise that is also the request ID that MapKit JS 5 returns. */
export class Request<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly id = ++lastId;
  abort: () => void = () => undefined;

  override valueOf(): number {
    return this.id;
  }

  [Symbol.toPrimitive](hint: string): number | string {
    return hint === "string" ? String(this.id) : this.id;
  }
}

/** Run `task` with an abort signal, and pass the result to `callback`, if there is one. */
export function begin<T>(task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal, callback?: Callback<T>): Request<T> {
  const own = new AbortController();
  const both = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
  const request = new Request<T>((resolve, reject) => {
    task(both).then(resolve, (error: unknown) => reject(both.aborted ? new DOMException("The request was cancelled.", "AbortError") : error));
  });
  request.abort = () => own.abort();
  // A callback gets failures as its argument; a cancelled request calls no callback.
  if (callback) {
    request.then(
      result => callback(null, result),
      (error: Error) => {
        if (!both.aborted) callback(error, null);
      },
    );
  }
  return request;
}

/** GET `path` below `apiBaseUrl`. After a 401, renew the bootstrap and try once more. */
export async function get<T>(path: string, parameters: Parameters, signal: AbortSignal): Promise<T> {
  try {
    await session.ready();
  } catch (error) {
    throw new RequestError(error instanceof ConfigurationError ? error.status : "MapKit failed to initialize.");
  }
  const answer = await ask(path, parameters, signal);
  if (answer.status !== 401) return read<T>(answer);
  try {
    await session.renew();
  } catch {
    return read<T>(answer);
  }
  return read<T>(await ask(path, parameters, signal));
}

async function ask(path: string, parameters: Parameters, signal: AbortSignal): Promise<Response> {
  const { apiBaseUrl, accessToken } = session.bootstrap!;
  const url = new URL(path.replace(/^\/?(v1\/)?/, ""), apiBaseUrl);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  try {
    return await fetch(url, { headers: { Authorization: `Bearer ${accessToken}` }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RequestError("Network Error");
  }
}

const STATUSES: Record<number, ConfigurationErrorStatus> = { 401: "Unauthorized", 429: "Too Many Requests" };

async function read<T>(response: Response): Promise<T> {
  if (response.ok) {
    try {
      return (await response.json()) as T;
    } catch {
      throw new RequestError("Malformed Response");
    }
  }
  const status = STATUSES[response.status];
  if (status) throw new RequestError(status);
  const body: unknown = await response.json().catch(() => null);
  const message = (body as { error?: { message?: string } } | null)?.error?.message;
  const sentences = [message && message.replace(/[^.]$/, "$&."), ...explain(body)].filter(Boolean).join(" ");
  throw new RequestError(`HTTP error: ${response.status}.${sentences ? ` Message: ${sentences}` : ""}`);
}
