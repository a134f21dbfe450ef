import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Retry } from "../src/map/retry";

const ANSWER = { apiBaseUrl: "https://m.example/v1", authInfo: { access_token: "A" }, accessKey: "K", expiresInSeconds: 1800, tileSources: [], modes: {} };

let said: string[];
let answers: [number, object][];

async function freshSession() {
  vi.resetModules();
  return (await import("../src/core/session")).session;
}

beforeEach(() => {
  said = [];
  answers = [];
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(sentence => void said.push(sentence));
  vi.spyOn(console, "error").mockImplementation(sentence => void said.push(sentence));
  vi.stubGlobal("fetch", async () => {
    const [status, body] = answers.shift() ?? [200, ANSWER];
    return new Response(JSON.stringify(body), { status });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a page whose map waits", () => {
  it("gets one warning that init was not called", async () => {
    const session = await freshSession();
    session.watch(() => undefined);
    void session.ready();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.filter(sentence => sentence.includes("mapkit.init({ authorizationCallback }) was not called yet"))).toHaveLength(1);
  });

  it("gets no warning if init is called in time", async () => {
    const session = await freshSession();
    session.watch(() => undefined);
    session.start(done => done("t"), () => undefined, () => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.filter(sentence => sentence.includes("not called"))).toEqual([]);
  });

  it("gets a warning that its callback does not call done, which may still call it later", async () => {
    const session = await freshSession();
    let done: (token: string) => void = () => undefined;
    let calls = 0;
    session.start(given => ((done = given), void calls++), () => undefined, () => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toEqual(["[MapKit] authorizationCallback has not called done(token) for 15 seconds: the maps wait for it."]);
    expect(calls).toBe(1);
    done("late");
    expect((await session.ready()).accessKey).toBe("K");
  });

  it("is asked again for a token if a refresh gets none", async () => {
    const session = await freshSession();
    let calls = 0;
    session.start(done => void (calls++ !== 1 && done("t")), () => undefined, () => undefined);
    await session.ready();
    await vi.advanceTimersByTimeAsync(1_770_000 + 14_000);
    expect(calls).toBe(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls).toBe(3);
    expect(said.join()).toContain("for 15 seconds: it is called again.");
  });
});

describe("a bootstrap that fails", () => {
  it("is requested again if the server is temporarily unavailable", async () => {
    const session = await freshSession();
    answers = [[503, { error: { message: "Stopping", details: [] } }], [502, {}]];
    const told: string[] = [];
    session.start(done => done("t"), status => told.push(status), ({ status }) => told.push(status));
    await vi.advanceTimersByTimeAsync(4_900);
    expect(told).toEqual(["Unknown"]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told).toEqual(["Unknown", "Unknown", "Initialized"]);
  });

  it.each([[401, "Unauthorized"], [429, "Too Many Requests"]])("with %i is final", async (status, name) => {
    const session = await freshSession();
    answers = [[status, {}]];
    const told: string[] = [];
    session.start(done => done("t"), given => told.push(given), given => told.push(given.status));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told).toEqual([name]);
  });

  it("can be started again by the page, with another token", async () => {
    const session = await freshSession();
    answers = [[401, {}]];
    const told: string[] = [];
    const start = (token: string, refused = () => undefined as void) =>
      session.start(done => done(token), given => told.push(given), given => (told.push(given.status), refused()));
    start("bad", () => expect(session.isRefused).toBe(true)); // also within the event
    expect(session.isRefused).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([session.started, session.isRefused]).toEqual([true, true]);
    start("good");
    await vi.advanceTimersByTimeAsync(1);
    expect([told, session.isRefused]).toEqual([["Unauthorized", "Initialized"], false]);
  });

  it("of an open map that is refused is requested again once the page has another token", async () => {
    const session = await freshSession();
    const told: string[] = [];
    let [token, calls] = ["old", 0];
    const start = () => session.start(done => (calls++, done(token)), given => told.push(given), ({ status }) => told.push(status));
    start();
    await vi.advanceTimersByTimeAsync(1);
    answers = [[401, {}], [429, {}]];
    await session.renew().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(130_000);
    expect([told, calls, answers.length, session.isRefused]).toEqual([["Initialized", "Unauthorized"], 4, 1, true]);
    token = "new";
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.splice(2)).toEqual(["Too Many Requests"]);
    await vi.advanceTimersByTimeAsync(80_000);
    expect(told.splice(2)).toEqual(["Refreshed"]);
    answers = [[401, {}]];
    await session.renew().catch(() => undefined);
    start(); // by the page, which does not wait for the minute
    await vi.advanceTimersByTimeAsync(1);
    expect(told.splice(2)).toEqual(["Unauthorized", "Refreshed"]);
  });

  it("because the page's callback failed is asked for again once there was a token", async () => {
    const session = await freshSession();
    const told: string[] = [];
    let calls = 0;
    const authorize = async (done: (token: string) => void) => {
      if (calls++ === 1) throw new Error("the token server is away");
      done("t");
    };
    session.start(authorize, status => told.push(status), ({ status }) => told.push(status));
    await vi.advanceTimersByTimeAsync(1_790_000);
    expect(told).toEqual(["Initialized", "Unknown", "Refreshed"]);
  });
});

describe("failed requests", () => {
  it("are repeated after 2, 4, 8 seconds, up to a minute, and after 2 seconds again once they succeeded", () => {
    const at: number[] = [];
    const begin = performance.now();
    const retry = new Retry(() => at.push(Math.round((performance.now() - begin) / 1000)), new AbortController().signal);
    const firsts = Array.from({ length: 8 }, () => {
      const isFirst = retry.later();
      expect(retry.later()).toBe(false);
      vi.advanceTimersToNextTimer();
      return isFirst;
    });
    expect(at).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
    expect(firsts).toEqual([true, ...Array(7).fill(false)]);
    vi.advanceTimersByTime(100_000);
    expect(retry.later()).toBe(true);
  });

  it("whose repeat is waiting are not repeated once the map is destroyed", () => {
    const end = new AbortController();
    const again = vi.fn();
    new Retry(again, end.signal).later();
    end.abort();
    vi.advanceTimersByTime(60_000);
    expect(again).not.toHaveBeenCalled();
  });

  it("that fail after the map was destroyed are not repeated", () => {
    const end = new AbortController();
    const again = vi.fn();
    const retry = new Retry(again, end.signal);
    end.abort();
    expect(retry.later()).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(again).not.toHaveBeenCalled();
  });
});
