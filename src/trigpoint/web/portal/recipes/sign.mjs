import { readFileSync } from "node:fs";
import { sign } from "node:crypto";

const teamId = "K5GNLXS2QT";
const keyId = "2X9R4HXF34";
const privateKey = readFileSync(`AuthKey_${keyId}.p8`, "utf8");

const now = Math.floor(Date.now() / 1000); // seconds, not milliseconds
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const message = [
  encode({ alg: "ES256", kid: keyId, typ: "JWT" }),
  encode({ iss: teamId, iat: now, exp: now + 30 * 60, scope: "server_api" }),
].join(".");

// ES256 takes the 64 raw bytes r and s, not DER.
const signature = sign("sha256", Buffer.from(message), { key: privateKey, dsaEncoding: "ieee-p1363" });
console.log(`${message}.${signature.toString("base64url")}`);
