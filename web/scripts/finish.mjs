// The last step of a build: fails where the script is larger than was promised, and lays a compressed copy beside each file, which the server sends.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LIMIT = 300_000;
const dist = new URL("../dist", import.meta.url).pathname;
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".br") && entry.name !== ".gitkeep")
  .map((entry) => join(entry.parentPath, entry.name));

let script = 0;
for (const file of files) {
  const bytes = readFileSync(file);
  const packed = gzipSync(bytes, { level: 9 });
  if (file.endsWith(".js")) {
    script += packed.length;
    console.log(`${packed.length.toString().padStart(8)} bytes packed  ${file.slice(dist.length + 1)}`);
  }
  // Fonts are compressed already.
  if (!file.endsWith(".woff2")) {
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  }
}
console.log(`${script.toString().padStart(8)} bytes of script packed by gzip, of ${LIMIT} allowed, all screens together`);
if (script > LIMIT) {
  console.error("The script is larger than a first load may be: see what came in with the last change.");
  process.exit(1);
}
