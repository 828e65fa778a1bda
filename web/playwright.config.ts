import { defineConfig } from "@playwright/test";

/** Debian's browser; none is ever downloaded. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  // Two offices, each with its own scenarios: people at work at the same time are part of a scenario, scenarios at the same time in one office are not.
  workers: 2,
  fullyParallel: false,
  // Long enough for a machine with other work: a scenario fails by what it sees, not by how long it takes.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    launchOptions: {
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
    trace: "retain-on-failure",
  },
});
