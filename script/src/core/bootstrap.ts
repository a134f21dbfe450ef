/** The bootstrap request: exchanges an authorization token for everything that a map needs (contract §7.2). */

import { ConfigurationErrorStatus } from "./enumerations";

/** Timeout of the request, milliseconds. */
export const TIMEOUT_MS = 15_000;

/** The members of the response that this script uses. */
export interface Bootstrap {
  readonly apiBaseUrl: string;
  readonly accessToken: string;
  readonly accessKey: string;
  readonly expiresInSeconds: number;
  readonly countryCode: string | null;
  /** URL of a style, with the placeholders {style}, {scheme} and {lang}. */
  readonly styleUrl: string;
  readonly attributions: readonly { readonly name: string; readonly url: string }[];
}

/** A refused or failed request: `status` as in the `error` event, `message` with the exact reason. */
export class ConfigurationError extends Error {
  constructor(
    readonly status: ConfigurationErrorStatus,
    message: string,
    /** Whether the same request may succeed later: the server was unreachable or temporarily unavailable. */
    readonly isPassing = false,
  ) {
    super(message);
  }
}

export interface Call {
  readonly base: string;
  /** Path of the request; embedded pages use a different one. */
  readonly path?: string;
  readonly version: string;
  readonly token: string;
  /** The current access token, for a refresh. */
  readonly previous?: string | undefined;
  readonly fetch?: typeof fetch;
}

/** Request a bootstrap; throws ConfigurationError. */
export async function bootstrap({ base, path = "/ma/bootstrap", version, token, previous, fetch: ask = fetch }: Call): Promise<Bootstrap> {
  const url = `${base}${path}?apiVersion=2&mkjsVersion=${encodeURIComponent(version)}&poi=1`;
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (previous) headers["X-Maps-Access-Token"] = `Bearer ${previous}`;
  let response: Response;
  try {
    response = await ask(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw unanswered(error, base);
  }
  if (!response.ok) throw await refused(response);
  try {
    return read(await response.json(), base);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError("Malformed Response", `Initialization failed because of an incorrect server response: ${why}`);
  }
}

function unanswered(error: unknown, base: string): ConfigurationError {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new ConfigurationError("Timeout", `Initialization failed because of a timeout after ${TIMEOUT_MS} ms.`, true);
  }
  const hint = `no answer from ${base}. Is the server up, and does the page's Content-Security-Policy allow it in connect-src?`;
  return new ConfigurationError("Network Error", `Initialization failed because of a network error: ${hint}`, true);
}

const REASONS: Record<number, readonly [ConfigurationErrorStatus, string]> = {
  400: ["Bad Request", "the server could not read the request"],
  401: ["Unauthorized", "the authorization token is invalid"],
  429: ["Too Many Requests", "the daily usage limit is exceeded"],
};

async function refused(response: Response): Promise<ConfigurationError> {
  const unknown = `the server returned error ${response.status} (${response.statusText || "no text"})`;
  const [status, reason] = REASONS[response.status] ?? ["Unknown" as const, unknown];
  const details = explain(await response.json().catch(() => null));
  return new ConfigurationError(status, [`Initialization failed because ${reason}.`, ...details].join(" "), response.status >= 500);
}

/** The sentences in Apple's JSON for errors, whose `details` are strings or objects with a message. */
export function explain(body: unknown): string[] {
  const error = (body as { error?: { message?: unknown; details?: unknown } } | null)?.error;
  const details: unknown[] = Array.isArray(error?.details) ? error.details : [];
  const sentences = details.map(detail =>
    typeof detail === "string" ? detail : (detail as { message?: unknown } | null)?.message,
  );
  return sentences.filter((sentence): sentence is string => typeof sentence === "string" && sentence !== "");
}

/** Read a response; throws an Error that names the missing member. */
export function read(body: unknown, base: string): Bootstrap {
  const answer = body as Record<string, any>;
  const accessToken = text(answer["authInfo"]?.access_token, "authInfo.access_token");
  const accessKey = text(answer["accessKey"], "accessKey");
  if (!Array.isArray(answer["tileSources"]) || !answer["modes"]) throw new Error("'tileSources' and 'modes' are missing.");
  const seconds = Number(answer["expiresInSeconds"]);
  const country = answer["countryCode"];
  return {
    apiBaseUrl: text(answer["apiBaseUrl"], "apiBaseUrl").replace(/\/?$/, "/"),
    accessToken,
    accessKey,
    expiresInSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 1800,
    countryCode: typeof country === "string" && country !== "unknown" ? country : null,
    styleUrl: answer["styleUrl"] ?? `${base}/ti/style/{style}-{scheme}.json?lang={lang}&accessKey=${accessKey}`,
    attributions: readAttributions(answer["attributions"]),
  };
}

function readAttributions(list: unknown): Bootstrap["attributions"] {
  const entries: { global?: { name?: unknown; url?: unknown }[] }[] = Array.isArray(list) ? list : [];
  const named = entries.flatMap(entry => entry.global ?? []);
  return named.map(({ name, url }) => ({ name: String(name ?? ""), url: String(url ?? "") })).filter(({ name }) => name);
}

function text(value: unknown, member: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`'${member}' is missing.`);
}
