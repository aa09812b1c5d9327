/**
 * Builds `dist/`: one package with nothing to install.
 *
 * A tiny CommonJS entry answers `--version`; all else is one CommonJS chunk with lazy chunks for prompts, profiling and processes.
 * esbuild splits ESM only, so it bundles twice: ESM with shared chunks, then CommonJS, which starts faster on Node 20: what always
 * runs in one scope, every other chunk by itself.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, transform } from "esbuild";
import { tsImport } from "tsx/esm/api";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** `dist/`, or the folder given: tests build into one of their own. */
const dist = resolve(process.argv[2] ?? join(root, "dist"));
const target = "node20";
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** How CommonJS is written, and small. */
const commonJs = {
  format: "cjs",
  platform: "node",
  target,
  minify: true,
  legalComments: "none",
  // `import()` becomes `require()`: chunks are CommonJS, too.
  supported: { "dynamic-import": false },
};

/** Our pack, parsed, validated and its usual documents composed now, so that nothing of that is done at run time. */
async function compiledPack() {
  const { readPackSync } = await tsImport("../packs/load.ts", import.meta.url);
  const { compilePack } = await tsImport("../packs/compiled.ts", import.meta.url);
  const { withAhead } = await tsImport("./ahead.ts", import.meta.url);
  return compilePack(withAhead(readPackSync(join(root, "templates"))));
}

const stubs = {
  editor: "export default () => { throw new Error('the editor prompt is not in this bundle'); };",
  handlebars:
    "export default { registerHelper() {}, registerPartial() {}, compile() { throw new Error('node-plop renders nothing here'); } };",
  actions: "export {};",
  resolve: "export default { sync() { throw new Error('node-plop loads no plugins here'); } };",
  brotli:
    'import { brotliDecompressSync } from "node:zlib"; export const decompressBrotli = (input) => brotliDecompressSync(input);',
  gzip: 'import { gunzipSync } from "node:zlib"; export const gunzip = (input) => gunzipSync(input);',
};

/** What is swapped for something smaller. */
const swaps = {
  name: "swaps",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /packs\/builtin\.ts$|^\.\/builtin\.ts$/ }, () => ({
      path: join(root, "src/build/builtin.ts"),
    }));
    // Its module form makes a `require` of its own, which hides the one that CommonJS loads with.
    onResolve({ filter: /^web-tree-sitter$/ }, () => ({
      path: join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs"),
    }));
    onResolve({ filter: /^\.\/grammar\.ts$/ }, () => ({ path: join(root, "src/build/grammar.ts") }));
    // inquirer's editor prompt brings 535 KB and is never asked; node-plop's Handlebars never renders.
    onResolve({ filter: /^@inquirer\/editor$/ }, () => ({ path: "editor", namespace: "stub" }));
    onResolve({ filter: /^handlebars$/ }, ({ importer }) =>
      importer.includes("node-plop") ? { path: "handlebars", namespace: "stub" } : undefined,
    );
    // It registers and asks; its actions on files and its loader of plugins were half of what asking loads.
    onResolve({ filter: /^\.\/actions\/index\.js$|^resolve$/ }, ({ importer, path }) =>
      importer.includes("node-plop") ? { path: path === "resolve" ? path : "actions", namespace: "stub" } : undefined,
    );
    // Python that is started, not loaded: its text is compiled in.
    onLoad({ filter: /[\\/]src[\\/][^\\/]+[\\/]scripts\.ts$/ }, ({ path }) => {
      const folder = dirname(path);
      const names = readdirSync(folder).filter((name) => name.endsWith(".py"));
      const texts = names.map((name) => [name, readFileSync(join(folder, name), "utf8")]);
      return { contents: `export const scripts = ${JSON.stringify(Object.fromEntries(texts))};` };
    });
    // Node unpacks both itself; brotli's dictionary alone was a sixth of the package.
    onResolve({ filter: /^\.\/(?:brotli|gzip)\.js$/ }, ({ importer, path }) =>
      importer.includes("hyparquet-compressors") ? { path: path.slice(2, -3), namespace: "stub" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "stub" }, ({ path }) => ({ contents: stubs[path] }));
  },
};

const bundled = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/main.ts" },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target,
  write: false,
  metafile: true,
  treeShaking: true,
  legalComments: "none",
  outExtension: { ".js": ".cjs" },
  chunkNames: "[name]-[hash]",
  define: { "import.meta.url": "importMetaUrl" },
  plugins: [swaps],
});

const building = `${dist}.${process.pid}.tmp`;
const names = Object.keys(bundled.metafile.outputs);
const always = alwaysLoaded(names.find((path) => basename(path) === "main.cjs"));

rmSync(building, { recursive: true, force: true });
mkdirSync(building, { recursive: true });
const chunks = new Map(bundled.outputFiles.map(({ path, text }) => [basename(path), text]));
for (const [name, text] of chunks) if (!always.has(name)) writeFileSync(join(building, name), await later(text));
writeFileSync(join(building, "main.cjs"), await together());
writeFileSync(join(building, "pack.bin"), await compiledPack());
// Packed they take a quarter of the space, and 5 ms to unpack for who needs them.
for (const name of ["web-tree-sitter", "tree-sitter-python"])
  writeFileSync(
    join(building, `${name}.wasm.br`),
    brotliCompressSync(readFileSync(join(root, `node_modules/${name}/${name}.wasm`))),
  );
writeFileSync(join(building, "create-ml-project.cjs"), entry(version), { mode: 0o755 });
writeFileSync(join(building, "THIRD-PARTY.txt"), notices(bundled.metafile));
putInPlace();

/** Chunks that `main` imports in any case, however deep, with itself. */
function alwaysLoaded(main) {
  const found = new Set([main]);
  for (const path of found)
    for (const { path: other, kind, external } of bundled.metafile.outputs[path].imports)
      if (kind === "import-statement" && !external) found.add(other);
  return new Set([...found].map((path) => basename(path)));
}

/** A chunk that is loaded later; what it shares with `main` it takes from there. */
async function later(text) {
  const { code } = await transform(text, {
    ...commonJs,
    banner: text.includes("importMetaUrl")
      ? 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;'
      : "",
  });
  return code.replace(/require\("\.\/([^"]+)"\)/g, (call, name) =>
    always.has(name) ? `require("./main.cjs")[${JSON.stringify(name)}]` : call,
  );
}

/** Chunks that are always loaded, in one file and one scope: each by itself would cost half a millisecond to find and open. */
async function together() {
  const whole = [...always].map((name) => `export * as ${JSON.stringify(name)} from "./${name}";`);
  const { outputFiles } = await build({
    ...commonJs,
    stdin: { contents: ['export { main } from "./main.cjs";', ...whole].join("\n") },
    bundle: true,
    write: false,
    banner: { js: '"use strict";' },
    plugins: [{ name: "chunks", setup: fromChunks }],
  });
  return outputFiles[0].text;
}

function fromChunks({ onResolve, onLoad }) {
  onResolve({ filter: /^\.\// }, ({ path }) => {
    const name = path.slice(2);
    return always.has(name) ? { path: name, namespace: "chunk" } : { path, external: true };
  });
  onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({ contents: chunks.get(path) }));
}

/** A run that starts now finds the old build or the new one, but for the moment between two renames. */
function putInPlace() {
  const old = `${dist}.${process.pid}.old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(building, dist);
  rmSync(old, { recursive: true, force: true });
}

/** The file behind the command: no more than a version costs. */
function entry(text) {
  return `#!/usr/bin/env node
"use strict";
var a = process.argv.slice(2);
if (a.length === 1 && (a[0] === "--version" || a[0] === "-v")) process.stdout.write("${text}\\n");
else if (+process.versions.node.split(".")[0] < 20) {
  process.stderr.write("create-ml-project needs Node 20.19 or newer; this is " + process.version + ". Install it from https://nodejs.org\\n");
  process.exitCode = 4;
} else require("./main.cjs").main(a).then(function (code) { process.exitCode = code; });
`;
}

/** Licences of everything that is in the bundle. */
function notices(metafile) {
  // The grammar is a file of its own, which no module names.
  const folders = new Set([join(root, "node_modules/tree-sitter-python")]);
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(resolve(root, match[1]));
  }
  const texts = [...folders].sort().map((folder) => {
    const { name, version: its, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${its}: ${license}\n\n${licenceText(folder)}`;
  });
  return texts.join(`\n${"-".repeat(80)}\n`);
}

function licenceText(folder) {
  for (const name of [
    "LICENSE",
    "LICENSE.md",
    "license",
    "LICENSE.txt",
    "LICENCE",
    "license.md",
    "License",
    "LICENSE-MIT",
  ]) {
    try {
      return readFileSync(join(folder, name), "utf8").trim();
    } catch {
      // Another spelling, or none: package.json names the licence.
    }
  }
  return "";
}

const sizes = Object.entries(bundled.metafile.outputs).map(
  ([path, output]) => `${relative(dirname(dist), resolve(root, path))} ${output.bytes}`,
);
process.stdout.write(`${sizes.join("\n")}\n`);
if (process.env.METAFILE) writeFileSync(process.env.METAFILE, JSON.stringify(bundled.metafile));
