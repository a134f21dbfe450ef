// Lists the members of Apple's typings (versions 6 and 5) that are missing here: `npm run coverage`; `-- --write` updates docs/mapkit.md.
// missing.json has the known ones; it may only shrink.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const typings = ["@types/apple-mapkit", "apple-mapkit-5"].map(name =>
  fs.readFileSync(path.join(here, "node_modules", name, "mapkit.d.ts"), "utf8"),
);
const checked = path.join(here, "types/generated_coverage.ts");
const known = path.join(here, "missing.json");
const docs = path.join(here, "../docs/mapkit.md");

/** The classes of the typings of 6 and 5 with their members: a declaration per line, members four spaces in. */
function readClasses(texts) {
  const classes = new Map();
  for (const text of texts) readInto(classes, text);
  for (const [name, { members, statics }] of classes) if (members.size + statics.size === 0) classes.delete(name);
  return [...classes.values()];
}

function readInto(classes, text) {
  let current = null;
  for (const line of text.split("\n")) {
    const opening = /^(?:export |declare )*(?:abstract )?class (\w+)(?:<[^>]*>)?(?: extends (\w+))?/.exec(line);
    if (opening) {
      current = classes.get(opening[1]) ?? { name: opening[1], members: new Set(), statics: new Set() };
      classes.set(opening[1], current);
    } else if (line === "}") current = null;
    const member = current && /^ {4}(static )?(?:readonly )?(?:get |set )?(\w+)\??\s*[(<:;]/.exec(line);
    if (member && member[2] !== "constructor") current[member[1] ? "statics" : "members"].add(member[2]);
  }
}

/** One assignment a member: tsc refuses those of members that our class does not have. */
function writeCheck(classes) {
  const lines = ["// Written by coverage.mjs: one line a member of Apple's typings.", 'import type * as Ours from "../src/api";'];
  for (const { name, members, statics } of classes) {
    for (const member of members) lines.push(`export const ${name}_${member}: keyof Ours.${name} = "${member}";`);
    for (const member of statics) {
      lines.push(`export const ${name}_static_${member}: keyof typeof Ours.${name} = "${member}";`);
    }
  }
  fs.mkdirSync(path.dirname(checked), { recursive: true });
  fs.writeFileSync(checked, lines.join("\n") + "\n");
  return lines;
}

function findMissing(lines) {
  let output = "";
  try {
    execFileSync(process.execPath, [path.join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "--pretty", "false"], { cwd: here });
  } catch (error) {
    output = String(error.stdout);
  }
  const others = [];
  const missing = new Set();
  for (const line of output.split("\n").filter(Boolean)) {
    const place = /^types\/generated_coverage\.ts\((\d+),/.exec(line);
    const member = place && /const (\w+?)_(static_)?(\w+):/.exec(lines[Number(place[1]) - 1]);
    if (member) missing.add(`${member[1]}.${member[2] ? "static " : ""}${member[3]}`);
    else if (!/^\s/.test(line)) others.push(line);
  }
  if (others.length > 0) throw new Error(`tsc:\n${others.join("\n")}`);
  return [...missing].sort();
}

function table(classes, missing) {
  const rows = classes.map(({ name, members, statics }) => {
    const lacking = missing.filter(entry => entry.startsWith(`${name}.`)).map(entry => `\`${entry.slice(name.length + 1)}\``);
    const total = members.size + statics.size;
    return `| \`${name}\` | ${total - lacking.length} of ${total} | ${lacking.join(", ")} |`;
  });
  return ["| class | members | missing |", "|---|---|---|", ...rows].join("\n");
}

const classes = readClasses(typings);
let missing;
try {
  missing = findMissing(writeCheck(classes));
} finally {
  fs.rmSync(checked, { force: true });
}
const before = fs.existsSync(known) ? JSON.parse(fs.readFileSync(known, "utf8")) : [];
const total = classes.reduce((sum, { members, statics }) => sum + members.size + statics.size, 0);
console.log(`${total - missing.length} of ${total} members of ${classes.length} classes; missing:`);
console.log(missing.length > 0 ? missing.map(entry => `  ${entry}`).join("\n") : "  nothing");

const marks = ["<!-- coverage: written by script/coverage.mjs -->", "<!-- end of coverage -->"];
const page = fs.existsSync(docs) ? fs.readFileSync(docs, "utf8") : "";
const [start, end] = marks.map(mark => page.indexOf(mark));
const wanted = start < 0 ? page : `${page.slice(0, start)}${marks[0]}\n${table(classes, missing)}\n${page.slice(end)}`;
if (process.argv.includes("--write")) {
  fs.writeFileSync(known, JSON.stringify(missing, null, 2) + "\n");
  if (start >= 0) fs.writeFileSync(docs, wanted);
} else {
  const grown = missing.filter(entry => !before.includes(entry));
  const shrunk = before.filter(entry => !missing.includes(entry));
  if (grown.length > 0) console.error(`new on the list, which may only shrink: ${grown.join(", ")}`);
  if (shrunk.length > 0) console.error(`no longer missing, so take them off missing.json: ${shrunk.join(", ")}`);
  if (page !== wanted) console.error("docs/mapkit.md has another table: npm run coverage -- --write");
  if (grown.length + shrunk.length > 0 || page !== wanted) process.exitCode = 1;
}
