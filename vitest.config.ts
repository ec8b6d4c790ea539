import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,model,native,agent,console}/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 30_000,
          hookTimeout: 30_000
        }
      },
      {
        // Whole systems of real processes: one file after the other, so that they do not starve each other.
        test: {
          name: 'flow',
          include: ['test/{flow,faults,browser}/**/*.test.ts'],
          exclude: ignored,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      }
    ]
  }
})
