/** The order of test files: vitest goes by their length where nobody has timed them yet, as in a clean checkout. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Longest first, from a minute on: begun last, one would run alone at the end. */
export const LONGEST = [
  'test/faults/kill',
  'test/flow/agreement',
  'test/browser/rules',
  'test/flow/configs',
  'test/flow/leak',
  'test/flow/deepstream_family',
  'test/flow/model_switch',
  'test/flow/benchmark',
  'test/flow/probe',
  'test/browser/models'
]

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const turn = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}.test.ts`))
      return found === -1 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => turn(a) - turn(b))
  }
}
