// Takes addresses out of package-lock.json (who wants donations for what): a lock holds names, versions and hashes.
import fs from "node:fs";

const file = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n");
