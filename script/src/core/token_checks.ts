/** Checks of an authorization token for obvious errors, before the server verifies it (contract §7.4). */

const HOUR_S = 3600;
const YEAR_S = 366 * 24 * HOUR_S;

function decode(part: string): Record<string, unknown> | null {
  try {
    const text = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
    const value: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, c => c.charCodeAt(0))));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** List the errors of `token` at `now` (seconds since 1970), as sentences without their subject. */
export function judgeToken(token: unknown, now: number): string[] {
  if (typeof token !== "string") return ["is invalid: it is not a string."];
  const parts = token.split(".");
  if (parts.length !== 3) return [`is invalid: a token has three parts with dots between them; this text has ${parts.length}.`];
  const [header, claims] = [decode(parts[0]!), decode(parts[1]!)];
  if (!header || !claims) return ["is invalid: its header or its claims are not JSON."];
  return [...judgeHeader(header), ...judgeClaims(claims, now)];
}

function judgeHeader(header: Record<string, unknown>): string[] {
  const wrong: string[] = [];
  if (header["alg"] !== "ES256") wrong.push('has no "alg" of "ES256" in its header.');
  if (header["typ"] !== "JWT") wrong.push('has no "typ" of "JWT" in its header.');
  if (!header["kid"]) wrong.push('has no "kid" in its header.');
  return wrong;
}

function judgeClaims(claims: Record<string, unknown>, now: number): string[] {
  const wrong: string[] = [];
  const { iat, exp, origin } = claims;
  if (typeof iat !== "number") wrong.push('has no "iat" claim.');
  else if (iat > now + HOUR_S) wrong.push('has an "iat" claim more than an hour in the future.');
  if (typeof exp !== "number") wrong.push('has no "exp" claim.');
  else if (exp < now) wrong.push(`expired at ${new Date(exp * 1000).toISOString()}.`);
  else if (exp > now + YEAR_S) wrong.push('has an "exp" claim more than a year ahead.');
  if (!origin) wrong.push('has no "origin" claim: any site can use it.');
  return wrong;
}
