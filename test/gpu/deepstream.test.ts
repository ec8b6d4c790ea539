/**
 * The flow of test/flow/deepstream_family.test.ts on NVIDIA's own elements. TensorRT builds the engines first: minutes.
 * VEDETTE_ABI_CLASS and the stand-ins have no say here.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capabilities } from '@vedette/native'
import { writeClassifier } from '@vedette/native/tiny_model'
import { expect, onTestFinished, test } from 'vitest'
import { writeNullModel } from '../bench/null_model.ts'
import { FOOTAGE } from '../world/cache.ts'
import { runFlow } from '../world/deepstream_program.ts'

const SIDE = 96
const BOX = [0.396, 0.396, 0.208, 0.208]
const LIMIT_MS = 15 * 60_000

const { deepstreamVersion, missingElements } = capabilities()

test.skipIf(deepstreamVersion === null).each([['no'], ['yes']])(
  'USE_NEW_NVSTREAMMUX=%s: two cameras, three models in a row, pictures, a camera removed and back',
  { timeout: 3 * LIMIT_MS },
  async (isNewMux) => {
    expect(missingElements).toEqual([])
    const folder = mkdtempSync(join(tmpdir(), 'vedette-gpu-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const detector = forNvinfer(await writeNullModel(folder, SIDE, [SIDE / 2, SIDE / 2, 20, 20, 0.9]))
    const result = await runFlow(
      { detector, classifier: writeClassifier(folder, 0), element: 'infer', film: FOOTAGE, limitMs: LIMIT_MS },
      { USE_NEW_NVSTREAMMUX: isNewMux }
    )
    expect(result.errors).toEqual([])
    for (const { box } of result.frames) for (const [i, share] of BOX.entries()) expect(box[i]).toBeCloseTo(share, 1)
    expect(result.classified).toBeGreaterThan(0)
    expect(result.picture).toEqual({ width: 160, height: 120, isJpeg: true })
    expect(result.framesOfTheOther).toBeGreaterThan(0)
    expect(result.lateFrames).toBe(0)
  }
)

/** Parsers by path, with objects of the size that this release has. */
function forNvinfer(config: string): string {
  const name = Number.parseInt(deepstreamVersion ?? '', 10) >= 9 ? 'libvedette_parsers_9.so' : 'libvedette_parsers.so'
  const parsers = fileURLToPath(new URL(`../../native/build/${name}`, import.meta.url))
  writeFileSync(config, readFileSync(config, 'utf8').replace('libvedette_parsers.so', parsers))
  return config
}
