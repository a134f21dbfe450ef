// Removes URLs from package-lock.json, such as those for donations: a lock has names, versions and hashes only.
import fs from "node:fs";

const file = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n");
