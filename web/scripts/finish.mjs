// The last step of a build: fails where the first load is larger than was promised, and lays a compressed copy beside each file, which the server sends.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LIMIT = 300_000;
const dist = new URL("../dist", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
rmSync(join(dist, ".vite"), { recursive: true });

// The first load is what the page itself names, with all that this imports at once.
const first = new Set();
function load(name) {
  const { file, imports = [] } = manifest[name];
  if (first.has(file)) return;
  first.add(file);
  imports.forEach(load);
}
Object.keys(manifest).filter((name) => manifest[name].isEntry).forEach(load);

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".br") && entry.name !== ".gitkeep")
  .map((entry) => join(entry.parentPath, entry.name));

let script = 0;
for (const file of files) {
  const bytes = readFileSync(file);
  const packed = gzipSync(bytes, { level: 9 });
  if (file.endsWith(".js")) {
    const name = file.slice(dist.length + 1);
    if (first.has(name)) script += packed.length;
    console.log(`${packed.length.toString().padStart(8)} bytes packed  ${name}${first.has(name) ? "" : ", when it is wanted"}`);
  }
  // Fonts are compressed already.
  if (!file.endsWith(".woff2")) {
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  }
}
console.log(`${script.toString().padStart(8)} bytes of script packed by gzip in the first load, of ${LIMIT} allowed`);
if (first.size === 0 || script > LIMIT) {
  console.error("The script is larger than a first load may be: see what came in with the last change.");
  process.exit(1);
}
