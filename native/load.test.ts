import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from './addon/testing/camera.ts'
import { writeDetector } from './addon/testing/tiny_model.ts'

/** A process of its own: ONNX Runtime asks once whether it may. */
const program = `
import { createPipeline } from './index.ts'
import { detectorStage } from './stage.ts'
import { defaults } from './addon/testing/world.ts'
const [detector] = process.argv.slice(1)
const nothing = () => undefined
const description = { ...defaults, stages: [detectorStage(detector)] }
const pipeline = createPipeline(description, { frames: nothing, source: nothing, stats: nothing, error: nothing })
await pipeline.start()
await pipeline.stop()`

test('a model that runs leaves no identifier of the machine, and nothing that waits to be sent to the makers of its runtime', async () => {
  const home = await makeFolder(onTestFinished)
  const detector = writeDetector(await makeFolder(onTestFinished))
  // Without CI's variables, which silence it too.
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: home }
  execFileSync(process.execPath, ['--input-type=module', '--eval', program, detector], {
    cwd: import.meta.dirname,
    env
  })
  const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(left.map(({ name }) => name).filter((name) => !name.startsWith('registry.'))).toEqual([])
})
