import { readFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where the office is whose API is used, when the pages come from here and not from its own program. */
const SERVER = process.env.COUNTERSIGN_SERVER ?? "https://localhost:8443";
/** The folder of that office's own authority, where a preview is to be as safe as the program: passkeys are made nowhere else. */
const CERTIFICATE = process.env.COUNTERSIGN_CERTIFICATE;
const https = CERTIFICATE && { key: readFileSync(join(CERTIFICATE, "server.key")), cert: readFileSync(join(CERTIFICATE, "server.pem")) };
const proxy = { "/api": { target: SERVER, secure: false } };

/** React Aria carries its words in thirty languages; the workstation speaks two. */
function twoLanguages(): Plugin {
  const other = /[\\/]intl[\\/].*[\\/](?!en-US|es-ES)[a-z]{2}-[A-Z]{2}\.mjs$/;
  return {
    name: "two-languages",
    enforce: "pre",
    load: (id) => (other.test(id) ? "export default {};" : null),
  };
}

export default defineConfig({
  plugins: [react(), twoLanguages()],
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    // Everything is a file of its own: the content security policy allows nothing inside another.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Says what comes with the first load and what only when it is wanted; the last step of the build reads it and takes it away.
    manifest: true,
  },
  // The tables of abbreviations are the roll's.
  server: { proxy, fs: { allow: [".."] } },
  preview: { proxy, ...(https ? { https } : {}) },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
