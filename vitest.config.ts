import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // As src/no-telemetry.ts: tests start threads without the program's main thread.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two workers: real servers run beside the tests, and the machines are small.
    maxWorkers: 2,
  },
});
