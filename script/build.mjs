// Builds mapkit.js, mapkit.core.js and their chunks: `node build.mjs [folder]`, by default into the Python package.
// The same sources and lock give the same bytes; a test builds again and compares.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "../src/trigpoint/web/mapkit/static/script"));
const assets = path.join(out, "assets");
const maplibre = path.join(here, "node_modules/maplibre-gl");
const maplibreVersion = JSON.parse(fs.readFileSync(path.join(maplibre, "package.json"), "utf8")).version;
const shared = new Set(fs.readFileSync(path.join(here, "src/core/shared.ts"), "utf8").match(/(?<=^ {2}")[^"]+(?=": )/gm));
const written = new Set();

/** Write a file with its hash in its name, and return the name. */
function writeAsset(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  return write(path.join("assets", `${stem}-${hash}${ext}`), bytes);
}

function write(name, bytes) {
  const file = path.join(out, name);
  const content = Buffer.from(bytes);
  written.add(name).add(`${name}.br`).add(`${name}.gz`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  const size = { params: { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  compress(`${file}.br`, content, zlib.brotliDecompressSync, bytes => zlib.brotliCompressSync(bytes, size));
  compress(`${file}.gz`, content, zlib.gunzipSync, bytes => zlib.gzipSync(bytes, { level: 9 }));
  return path.basename(name);
}

/** Compressed output differs between releases of Node, so keep a file that decompresses to the same bytes. */
function compress(file, content, decompress, pack) {
  if (fs.existsSync(file) && decompress(fs.readFileSync(file)).equals(content)) return;
  fs.writeFileSync(file, pack(content));
}

/** In the libraries' chunk, use modules of the core from the core, because a class must exist only once. */
const fromCore = {
  name: "from-core",
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, ({ path: wanted, resolveDir, importer }) => {
      const name = path.relative(path.join(here, "src"), path.resolve(resolveDir, wanted)).replaceAll("\\", "/");
      return importer && shared.has(name) ? { path: name, namespace: "core" } : undefined;
    });
    bundle.onLoad({ filter: /.*/, namespace: "core" }, ({ path: name }) => ({
      contents: `module.exports = globalThis[Symbol.for("trigpoint.mapkit")][${JSON.stringify(name)}];`,
      loader: "js",
    }));
  },
};

async function bundle(entry, { define = {}, format = "iife", plugins = [] } = {}) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [path.join(here, "src", entry)],
    bundle: true,
    write: false,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    loader: { ".css": "text" },
    banner: { js: "/* Trigpoint's mapkit.js, Apache-2.0 */" },
    define: { ...names, ...define },
    plugins: [minifyCss, ...plugins],
  });
  return result.outputFiles[0].contents;
}

const minifyCss = {
  name: "minify-css",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { outputFiles } = await build({ entryPoints: [file], minify: true, write: false, target: "chrome100" });
      return { contents: outputFiles[0].text, loader: "text" };
    });
  },
};

const { entry, worker, shared: sharedChunk } = await buildMapLibre();
const names = {
  __BUILD__: JSON.stringify("trigpoint"),
  __MAPLIBRE__: JSON.stringify(entry),
  __MAPLIBRE_WORKER__: JSON.stringify(worker),
  __MAPLIBRE_SHARED__: JSON.stringify(sharedChunk),
  __LIBRARIES_CHUNK__: '""',
};

/**
 * Build MapLibre's own sources, unchanged, with what its page and its worker share in a chunk of its own: the files of
 * the package hold that part twice, which is a quarter of what a first map loads. The names change with a release only.
 */
async function buildMapLibre() {
  const entries = { maplibre: "src/index.ts", "maplibre-worker": "src/source/worker.ts" };
  const result = await build({
    absWorkingDir: maplibre,
    entryPoints: Object.entries(entries).map(([to, from]) => ({ in: path.join(maplibre, from), out: to })),
    bundle: true,
    splitting: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `/* MapLibre GL JS ${maplibreVersion}, 3-Clause BSD, github.com/maplibre/maplibre-gl-js */` },
    // As MapLibre is compiled by its authors: a field that is only declared must not be set after the base class set it.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    outdir: assets,
    outExtension: { ".js": ".mjs" },
    entryNames: `[name]-${maplibreVersion}-[hash]`,
    chunkNames: `shared-${maplibreVersion}-[hash]`,
  });
  const files = result.outputFiles.map(file => write(path.join("assets", path.basename(file.path)), file.contents));
  const named = start => files.find(name => name.startsWith(start));
  return { entry: named(`maplibre-${maplibreVersion}`), worker: named("maplibre-worker-"), shared: named("shared-") };
}

const libraries = writeAsset("libraries.mjs", await bundle("entry_libraries.ts", { format: "esm", plugins: [fromCore] }));
write("mapkit.core.js", await bundle("entry_core.ts", { define: { __LIBRARIES_CHUNK__: JSON.stringify(libraries) } }));
write("mapkit.js", await bundle("entry_full.ts"));

for (const file of fs.readdirSync(assets)) if (!written.has(path.join("assets", file))) fs.rmSync(path.join(assets, file));

for (const name of [...written].filter(name => /\.m?js$/.test(name)).sort()) {
  const sizes = ["", ".gz", ".br"].map(end => fs.statSync(path.join(out, name + end)).size);
  console.log(`${name}: ${sizes[0]} bytes, ${sizes[1]} gzip, ${sizes[2]} brotli`);
}
