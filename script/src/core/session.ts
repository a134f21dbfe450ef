/** The page's session with the server: a token and a bootstrap, which is refreshed before it expires. */

import { type Bootstrap, bootstrap, ConfigurationError } from "./bootstrap";
import { complain, warn } from "./console";
import { embedded, EMBEDDED_PATH, readEmbedded } from "./embedded";
import { base, version } from "./host";
import { judgeToken } from "./token_checks";

export type AuthorizationCallback = (this: null, done: (token: string) => void) => unknown;
type Changed = (status: "Initialized" | "Refreshed") => void;
type Failed = (error: ConfigurationError) => void;

/** Seconds before the expiry of a bootstrap at which the next one is requested. */
const MARGIN_S = 30;
/** Milliseconds after which the console warns that `init` was not called, or that there is no token. */
const START_MS = 5_000;
const TOKEN_MS = 15_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 300_000;
/** Milliseconds until the page is asked for another token, after the server refused the one of an open map. */
const REFUSED_RETRY_MS = 60_000;

class Session {
  /** The latest bootstrap; null before the first. */
  bootstrap: Bootstrap | null = null;
  language = "en";
  #authorize: AuthorizationCallback | null = null;
  #changed: Changed = () => undefined;
  #failed: Failed = () => undefined;
  #first: PromiseWithResolve<Bootstrap> = withResolve();
  #asking: Promise<Bootstrap> | null = null;
  #failure: ConfigurationError | null = null;
  #timer = 0;
  #isExpected = false;
  #retryMs = FIRST_RETRY_MS;
  /** The token that the server refused last: it would be refused again, so the page is asked for another one. */
  #refused: { token: string; failure: ConfigurationError } | null = null;
  readonly #onOnline = () => void (this.#failure && this.renew().catch(() => undefined));
  readonly #watchers = new Set<() => void>();

  get started(): boolean {
    return this.#authorize !== null;
  }

  /** Whether the latest attempt was refused; then the page may try again, for example after its user signed in. */
  get isRefused(): boolean {
    return this.#failure !== null && this.#asking === null && (this.bootstrap === null || !this.#failure.isPassing);
  }

  /** Start: get a token from the page, and a bootstrap from the server. */
  start(authorize: AuthorizationCallback, changed: Changed, failed: Failed): void {
    this.#refused = null;
    this.#authorize = authorize;
    this.#changed = changed;
    this.#failed = failed;
    this.renew().catch(() => undefined);
  }

  /** Wait for a bootstrap; rejects after a failure. */
  ready(): Promise<Bootstrap> {
    this.#expectStart();
    if (this.bootstrap) return Promise.resolve(this.bootstrap);
    if (this.#failure && !this.#asking) return Promise.reject(this.#failure);
    return this.#first.promise;
  }

  /** Request a new bootstrap; concurrent calls share one request. Failures are also logged and sent as `error` events. */
  renew(): Promise<Bootstrap> {
    return (this.#asking ??= this.#renew());
  }

  /** Call `watcher` after each bootstrap; returns the function that stops this. */
  watch(watcher: () => void): () => void {
    this.#expectStart();
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async #renew(): Promise<Bootstrap> {
    let token = "";
    try {
      token = await this.#askForToken();
      if (token === this.#refused?.token) throw this.#refused.failure;
      for (const flaw of judgeToken(token, Date.now() / 1000)) warn(`Authorization token ${flaw}`);
      const path = embedded ? EMBEDDED_PATH : undefined;
      const given = this.bootstrap ? null : readEmbedded();
      const answer = given ?? (await bootstrap({ base, ...(path && { path }), version, token, previous: this.bootstrap?.accessToken }));
      this.#take(answer);
      return answer;
    } catch (error) {
      const failure = error instanceof ConfigurationError ? error : this.#blamePage(error);
      const isNew = failure !== this.#refused?.failure;
      if (failure.status === "Unauthorized") this.#refused = { token, failure };
      this.#fail(failure);
      if (isNew) this.#report(failure);
      throw failure;
    }
  }

  async #askForToken(): Promise<string> {
    const authorize = this.#authorize;
    if (!authorize) throw new ConfigurationError("Unauthorized", "Initialization failed because mapkit.init() was not called.");
    let reminder = 0;
    const asked = new Promise<string>((resolve, reject) => {
      // Without this, the page would wait for ever if an async callback throws.
      const ask = () => void Promise.resolve(authorize.call(null, resolve)).catch(reject);
      ask();
      reminder = setInterval(() => {
        warn(`authorizationCallback has not called done(token) for ${TOKEN_MS / 1000} seconds: ${this.bootstrap ? "it is called again" : "the maps wait for it"}.`);
        if (!this.bootstrap) clearInterval(reminder); // a page may wait for its user to sign in
        else ask();
      }, TOKEN_MS) as unknown as number;
    });
    return asked.finally(() => clearInterval(reminder));
  }

  #take(answer: Bootstrap): void {
    this.#asking = null; // before the page hears of it, which may start again
    const isFirst = this.bootstrap === null;
    this.bootstrap = answer;
    this.#failure = null;
    this.#refused = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.#schedule(Math.max(1, answer.expiresInSeconds - MARGIN_S) * 1000);
    this.#first.resolve(answer);
    this.#changed(isFirst ? "Initialized" : "Refreshed");
    for (const watcher of this.#watchers) watcher();
  }

  /** Keep the failure, and try again later if that can help: always if there are maps that worked until now. */
  #fail(failure: ConfigurationError): void {
    this.#asking = null;
    this.#failure = failure;
    if (!this.bootstrap) {
      this.#first.reject(failure);
      this.#first = withResolve();
    }
    if (failure.isPassing) globalThis.addEventListener?.("online", this.#onOnline, { once: true });
    if (!failure.isPassing && !this.bootstrap) return;
    this.#schedule(failure.isPassing ? this.#retryMs : Math.max(REFUSED_RETRY_MS, this.#retryMs));
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #report(failure: ConfigurationError): void {
    complain(failure.message);
    this.#failed(failure);
  }

  /** An error of the page's callback. If it gave a token before, its server may be down for a moment, so it is called again. */
  #blamePage(error: unknown): ConfigurationError {
    return new ConfigurationError("Unknown", `Initialization failed because of an error in the page: ${error}`, this.bootstrap !== null);
  }

  /** Warn if the page does not call `init`: its maps would stay empty. */
  #expectStart(): void {
    if (this.started || this.#isExpected) return;
    this.#isExpected = true;
    setTimeout(() => {
      if (!this.started) warn("mapkit.init({ authorizationCallback }) was not called yet: maps stay empty, and services wait, until it is.");
    }, START_MS);
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.renew().catch(() => undefined), milliseconds) as unknown as number;
  }
}

interface PromiseWithResolve<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function withResolve<T>(): PromiseWithResolve<T> {
  const parts = {} as PromiseWithResolve<T>;
  parts.promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  parts.promise.catch(() => undefined); // whoever waits hears of it; nobody has to wait
  return parts;
}

export const session = new Session();
