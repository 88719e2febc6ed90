import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './server.ts',
    include: ['*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: this also runs on machines with two cores.
    fileParallelism: false,
  },
});
