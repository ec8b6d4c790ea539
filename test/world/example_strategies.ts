/** The strategies of configs/strategies, from where they are, for boxes of tests. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'

const EXAMPLES = resolve(import.meta.dirname, '../../configs/strategies')

/** `detection` of a box's settings, with these strategies; default: all. */
export async function exampleStrategies(names?: string[]): Promise<Record<string, unknown>> {
  const { detection } = parse(await readFile(join(EXAMPLES, 'box.yaml'), 'utf8'))
  detection.strategies = detection.strategies.filter(({ name }: { name: string }) => names?.includes(name) ?? true)
  for (const strategy of detection.strategies) {
    if (strategy.module) strategy.module = join(EXAMPLES, strategy.module)
    for (const template of strategy.templates ?? []) template.file = join(EXAMPLES, template.file)
    // A machine that is busy with tests is no module that is too slow.
    strategy.limitMs = 30_000
  }
  return detection
}
