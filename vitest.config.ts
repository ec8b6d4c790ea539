import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/long_first.ts'

const ignored = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**']

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{protocol,rules,model,native,agent,console}/**/*.test.ts', 'test/house/**/*.test.ts'],
          exclude: ignored,
          // Real cameras, brokers and disks on two shared cores: two files at a time, and a failure must repeat.
          maxWorkers: 2,
          retry: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000
        }
      },
      {
        // Whole systems of real processes, which wait as much as they work: two files at a time.
        test: {
          name: 'flow',
          include: ['test/{flow,faults,browser}/**/*.test.ts'],
          exclude: ignored,
          globalSetup: ['test/world/ship.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      },
      {
        // On a machine with DeepStream; elsewhere every test of it is skipped, and test/run.ts says so.
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          exclude: ignored,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          hookTimeout: 120_000
        }
      }
    ]
  }
})
