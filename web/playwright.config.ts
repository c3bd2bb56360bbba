import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** Debian's browser, or the one that CHROMIUM names: none is downloaded. */
const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => place !== undefined && existsSync(place));
if (executablePath === undefined) {
  throw new Error("no Chromium found: install Debian's chromium package, or name one in CHROMIUM");
}

/** Without these a browser that cannot reach the internet keeps trying to. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  // One server, one browser: the tests share a market, each changes only what is its own.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  outputDir: "node_modules/.e2e-results",
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    trace: "retain-on-failure",
    // A click on what just begins to move misses it: it is pressed in one place and let go in another.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: { executablePath, args: quiet },
  },
});
