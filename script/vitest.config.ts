import { defineConfig } from "vitest/config";

export default defineConfig({
  define: {
    __BUILD__: '"test"',
    __MAPLIBRE__: '"maplibre.mjs"',
    __MAPLIBRE_WORKER__: '"worker.mjs"',
    __MAPLIBRE_SHARED__: '"worker.mjs"',
    __LIBRARIES_CHUNK__: '"libraries.mjs"',
  },
  test: { setupFiles: ["tests/setup.ts"], include: ["tests/**/*.test.ts"], reporters: ["default"], watch: false, pool: "threads", maxWorkers: 1, isolate: false },
});
