import { describe, expect, it } from "vitest";
import { bootstrap, ConfigurationError, explain } from "../src/core/bootstrap";
import { addressIn } from "../src/core/host";
import { librariesWith, membersOf, readLibraries } from "../src/core/libraries";
import { judgeToken } from "../src/core/token_checks";
import { Emitter } from "../src/events/emitter";

const NOW = 1_700_000_000;
const encode = (value: object) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const token = (header: object, claims: object) => `${encode(header)}.${encode(claims)}.x`;
const HEADER = { alg: "ES256", typ: "JWT", kid: "ABC" };
const CLAIMS = { iat: NOW, exp: NOW + 1800, origin: "https://a.example" };

describe("checks of a token before it is sent", () => {
  it("find nothing wrong with a valid token", () => {
    expect(judgeToken(token(HEADER, CLAIMS), NOW)).toEqual([]);
  });

  it.each([
    [undefined, "is invalid: it is not a string."],
    ["", "is invalid: a token has three parts with dots between them; this text has 1."],
    ["a.b.c", "is invalid: its header or its claims are not JSON."],
    [token({ ...HEADER, alg: "HS256" }, CLAIMS), 'has no "alg" of "ES256" in its header.'],
    [token({ alg: "ES256", typ: "JWT" }, CLAIMS), 'has no "kid" in its header.'],
    [token(HEADER, { ...CLAIMS, exp: NOW - 1 }), "expired at 2023-11-14T22:13:19.000Z."],
    [token(HEADER, { ...CLAIMS, iat: NOW + 3601 }), 'has an "iat" claim more than an hour in the future.'],
    [token(HEADER, { iat: NOW, exp: NOW + 60 }), 'has no "origin" claim: any site can use it.'],
  ])("%s", (value, sentence) => {
    expect(judgeToken(value, NOW)).toContain(sentence);
  });
});

const ANSWER = {
  apiBaseUrl: "https://m.example/v1",
  authInfo: { access_token: "A", team_id: "T" },
  accessKey: "K",
  expiresInSeconds: 60,
  countryCode: "unknown",
  tileSources: [],
  modes: {},
  attributions: [{ attributionId: "osm", global: [{ name: "OSM", url: "https://osm.example" }] }],
};

function answering(body: unknown, status = 200, seen: Request[] = []): typeof fetch {
  return (input, init) => {
    seen.push(new Request(input as string, { ...init, signal: null }));
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
}

const call = { base: "https://m.example", version: "6.0.0", token: "T" };

describe("bootstrap", () => {
  it("reads everything that a map needs", async () => {
    const found = await bootstrap({ ...call, fetch: answering(ANSWER) });
    expect(found.apiBaseUrl).toBe("https://m.example/v1/");
    expect(found.countryCode).toBeNull();
    expect(found.attributions).toEqual([{ name: "OSM", url: "https://osm.example" }]);
    expect(found.styleUrl).toContain("/ti/style/{style}-{scheme}.json");
  });

  it("sends the current access token with a refresh only", async () => {
    const seen: Request[] = [];
    await bootstrap({ ...call, fetch: answering(ANSWER, 200, seen) });
    await bootstrap({ ...call, previous: "OLD", fetch: answering(ANSWER, 200, seen) });
    expect(seen.map(request => request.headers.get("x-maps-access-token"))).toEqual([null, "Bearer OLD"]);
    expect(seen[0]!.headers.get("authorization")).toBe("Bearer T");
  });

  it.each([
    [401, "Unauthorized", "the authorization token is invalid. Key ABC was revoked."],
    [429, "Too Many Requests", "the daily usage limit is exceeded."],
    [400, "Bad Request", "the server could not read the request."],
    [500, "Unknown", "the server returned error 500"],
  ])("%i is %s, with the server's own reason behind it", async (status, name, sentence) => {
    const details = [{ errorType: "ORIGIN_CHECK_FAILURE", message: "Key ABC was revoked." }];
    const failure = await bootstrap({ ...call, fetch: answering({ error: { message: "Not Authorized", details } }, status) }).catch(error => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure.status).toBe(name);
    expect(failure.message).toContain(sentence);
    expect(failure.message).toContain("Key ABC was revoked.");
  });

  it("reports what is missing in an unusable response", async () => {
    const failure = await bootstrap({ ...call, fetch: answering({ ...ANSWER, accessKey: "" }) }).catch(error => error);
    expect(failure.status).toBe("Malformed Response");
    expect(failure.message).toContain("'accessKey' is missing.");
  });

  it("distinguishes a network error from a timeout", async () => {
    const failing = (error: Error) => bootstrap({ ...call, fetch: () => Promise.reject(error) }).catch(failure => failure.status);
    expect(await failing(new TypeError("Failed to fetch"))).toBe("Network Error");
    expect(await failing(new DOMException("", "TimeoutError"))).toBe("Timeout");
  });

  it("reads details that are strings or objects", () => {
    expect(explain({ error: { details: ["one", { message: "two" }, 3, null] } })).toEqual(["one", "two"]);
    expect(explain(null)).toEqual([]);
  });
});

describe("events", () => {
  it("call listeners on thisObject, as in MapKit JS 5", () => {
    const emitter = new Emitter();
    const self = { name: "self" };
    const seen: unknown[] = [];
    function listener(this: unknown, event: Event) {
      seen.push(this, (event as unknown as { status: string }).status);
    }
    emitter.addEventListener("error", listener, self);
    emitter.addEventListener("error", listener, self);
    emitter.emit("error", { status: "Timeout" });
    expect(seen).toEqual([self, "Timeout"]);
    emitter.removeEventListener("error", listener, self);
    emitter.emit("error", { status: "again" });
    expect(seen.length).toBe(2);
  });

  it("lose all listeners of a type, or of all types, by removal without a listener, as in MapKit JS 5", () => {
    const emitter = new Emitter();
    const seen: string[] = [];
    for (const type of ["x", "x", "y", "z"]) emitter.addEventListener(type, () => seen.push(type));
    expect(emitter.removeEventListener("x")).toBe(true);
    expect(emitter.removeEventListener("y", null)).toBe(false);
    for (const type of ["x", "y", "z"]) emitter.emit(type);
    expect(seen).toEqual(["y", "z"]);
    emitter.removeEventListener();
    emitter.emit("y");
    expect(seen.length).toBe(2);
  });

  it("accept DOM options, as in MapKit JS 6", () => {
    const emitter = new Emitter();
    let calls = 0;
    emitter.addEventListener("x", () => calls++, { once: true });
    emitter.emit("x");
    emitter.emit("x");
    expect(calls).toBe(1);
  });

  it("report whether a listener called preventDefault", () => {
    const emitter = new Emitter();
    expect(emitter.emit("x")).toBe(true);
    emitter.addEventListener("x", event => event.preventDefault());
    expect(emitter.emit("x")).toBe(false);
  });
});

describe("libraries", () => {
  it("are read from a list or an attribute", () => {
    expect(readLibraries("map, annotations")).toEqual(["map", "annotations"]);
    expect(() => readLibraries(["maps"])).toThrow('a library is one of services, full-map, map');
  });

  it("include other libraries", () => {
    expect(membersOf(["full-map"])).toContain("MarkerAnnotation");
    expect(membersOf(["map"])).not.toContain("MarkerAnnotation");
    expect(librariesWith("LookAround")).toEqual(["look-around"]);
  });
});

describe("the URL of the script", () => {
  it.each([
    ["Error\n    at host.ts (http://127.0.0.1:8060/mk/5.x.x/mapkit.js:1:2345)\n    at http://127.0.0.1:8060/mk/5.x.x/mapkit.js:1:9", "http://127.0.0.1:8060/mk/5.x.x/mapkit.js"],
    ["@https://maps.example.com/sub/mk/6/mapkit.core.js:1:2345\n@https://a.example/app.js:4:1", "https://maps.example.com/sub/mk/6/mapkit.core.js"],
    ["module code@https://maps.example.com/mk/6.x.x/mapkit.js?v=1:1:2345", "https://maps.example.com/mk/6.x.x/mapkit.js"],
    ["Error\n    at https://a.example/mk/page.html:3:1", null],
    [undefined, null],
  ])("%s", (stack, address) => {
    expect(addressIn(stack)).toBe(address);
  });
});
