// A box whose inference builds engines: our elements under NVIDIA's names, so the whole way from the console's page to
// the engine on the disk runs without a GPU.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { families, inspectOnnx } from '@vedette/model'
import { emptyGraph, importModel, writeOnnx } from '@vedette/model/convert'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { cacheDir } from '../world/cache.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { STAND_INS } from '../world/programs.ts'
import { eventually } from '../world/wait.ts'

const SSD = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0.vedette.tar')
const LIMIT_MS = 120_000
const BUILDING = /Building its engine for 4 pictures at once in FP16/
const BUILT = /the engine of ssd-mobilenet-v2-oid 1\.0\.0 was built in \d+ s/

/** Right in all its shapes, and of an operator that nothing can compute. */
async function unbuildable(dir: string): Promise<string> {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: [1, 3, 32, 32] })
  graph.outputs.push({ name: 'cells', shape: [1, 21, 7] })
  graph.nodes.push({ op: 'NoSuchOperator', inputs: ['picture'], outputs: ['cells'], attributes: {} })
  const onnx = writeOnnx(graph, 'vedette')
  expect(inspectOnnx(onnx).operators).toEqual({ NoSuchOperator: 1 })
  await writeFile(join(dir, 'strange.onnx'), onnx)
  await writeFile(join(dir, 'labels.txt'), 'person\ncar\n')
  const files = { file: join(dir, 'strange.onnx'), labels: join(dir, 'labels.txt'), out: dir }
  const { archive } = await importModel({ ...files, parser: 'yolox', preprocessing: families.yolox.preprocessing })
  return archive
}

test('an engine is built before its model runs, kept over a restart, and one that cannot be built changes nothing', {
  timeout: 4 * LIMIT_MS
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-engine-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const server = await startConsole({ dataDir: join(dir, 'console') })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const ssd = await operator.uploadModel(SSD)
  const { id, secret } = await operator.addBox('North gate')
  await operator.assignModel(id, ssd.sha256)
  const start = () =>
    startBox({
      dir: join(dir, id),
      id,
      console: { url: server.url, mqttPort: server.mqttPort, secret },
      settings: { pipeline: { family: 'deepstream', maxSources: 4 } },
      env: STAND_INS
    })
  const page = async () => (await operator.get(`/boxes/${id}`)).text()
  const shows = (what: string, text: RegExp) =>
    eventually(what, LIMIT_MS, async () => (text.test(await page()) ? true : undefined))

  const runs = () =>
    eventually('the model running', LIMIT_MS, async () =>
      /data-state="running"/.test(await (await operator.get('/models')).text())
    )

  const first = await start()
  await first.process.line(BUILDING, LIMIT_MS)
  await first.process.line(BUILT, LIMIT_MS)
  await runs()
  const [entry, ...others] = await readdir(join(dir, id, 'data/models/engines'))
  expect(others).toEqual([])
  expect(await readdir(join(dir, id, 'data/models/engines', entry ?? ''))).toContain('model.onnx_b4_gpu0_fp16.engine')
  await first.stop()

  const second = await start()
  onTestFinished(() => second.stop())
  await second.process.line(/model ssd-mobilenet-v2-oid|agent .* started/, LIMIT_MS)
  await runs()
  expect(second.process.lines.filter((line) => BUILDING.test(line))).toEqual([])

  const strange = await operator.uploadModel(await unbuildable(dir))
  await operator.assignModel(id, strange.sha256)
  await shows('why it cannot be built', /engine of model strange 1\.0\.0 could not be built: .*NoSuchOperator/)
  await operator.assignModel(id, ssd.sha256)
  await runs()
  expect(second.process.lines.filter((line) => BUILT.test(line))).toEqual([])
})
