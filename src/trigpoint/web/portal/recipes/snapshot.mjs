import { readFileSync } from "node:fs";
import { sign } from "node:crypto";

const teamId = "K5GNLXS2QT";
const keyId = "2X9R4HXF34";
const privateKey = readFileSync(`AuthKey_${keyId}.p8`, "utf8");

const parameters = {
  center: "60.1699,24.9384",
  z: "14",
  size: "600x400",
  scale: "2",
  annotations: JSON.stringify([{ point: "center", color: "449944", glyphText: "h" }]),
  teamId,
  keyId,
};
const query = Object.entries(parameters)
  .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  .join("&");

// Path and query are signed exactly as they are sent, as the 64 raw bytes r and s, not DER.
const path = `/api/v1/snapshot?${query}`;
const signature = sign("sha256", Buffer.from(path), { key: privateKey, dsaEncoding: "ieee-p1363" });
console.log(`https://maps.example.com${path}&signature=${signature.toString("base64url")}`);
