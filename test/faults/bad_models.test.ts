// An ONNX file that no parser can read: the command line and the console say what it is and what would fit.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyGraph, writeOnnx } from '@vedette/model/convert'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDir } from '../world/cache.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { WorldProcess } from '../world/process.ts'
import { VEDETTE } from '../world/programs.ts'

const SSD = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0.vedette.tar')

/** A detector of nobody's family: 9 numbers for each of 77 places. */
function strangeModel(input: number[]): Uint8Array {
  const graph = emptyGraph()
  graph.inputs.push({ name: 'picture', shape: input })
  graph.outputs.push({ name: 'things', shape: [1, 77, 9] })
  graph.nodes.push({ op: 'Identity', inputs: ['picture'], outputs: ['things'], attributes: {} })
  return writeOnnx(graph, 'vedette')
}

const files = {
  'strange.onnx': strangeModel([1, 3, 416, 416]),
  'flat.onnx': strangeModel([1, 1000]),
  'cut.onnx': strangeModel([1, 3, 416, 416]).subarray(0, 60)
}
const faults: [file: keyof typeof files, said: RegExp][] = [
  [
    'strange.onnx',
    /things \[batch,77,9\] do not fit --parser yolox with 2 labels.*Expected one layer.*Check the labels, or export/s
  ],
  ['flat.onnx', /Expected one picture as input.*found picture \[batch,1000\].*export the model/s],
  ['cut.onnx', /Not an ONNX file, or damaged.*Export the model again/s]
]

test.each(faults)('vedette model import refuses %s and leaves nothing behind', async (file, said) => {
  const folder = await makeFolder()
  await writeFile(join(folder, file), files[file])
  await writeFile(join(folder, 'labels.txt'), 'person\ncar\n')
  const names = ['--parser', 'yolox', '--labels', join(folder, 'labels.txt'), '--out', join(folder, 'out')]
  const command = new WorldProcess({
    command: process.execPath,
    args: [VEDETTE, 'model', 'import', join(folder, file), ...names]
  })
  expect(await command.exited()).toBe(1)
  expect(command.lines.join('\n')).toMatch(said)
  expect(command.lines.join('\n')).not.toMatch(/^\s+at /m)
  expect(await readdir(join(folder, 'out')).catch(() => [])).toEqual([])
})

test('the console refuses the same files with the same words, and takes a good one afterwards', async () => {
  const dir = await makeFolder()
  const server = await startConsole({ dataDir: join(dir, 'console') })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const upload = async (file: keyof typeof files) => {
    const query = new URLSearchParams([
      ['file', file],
      ['name', 'strange'],
      ['parser', 'yolox'],
      ['label', 'person\ncar']
    ])
    const body = Buffer.from(files[file])
    const answer = await operator.get(`/models/upload?${query}`, {
      method: 'PUT',
      body,
      headers: { origin: server.url }
    })
    return { status: answer.status, ...((await answer.json()) as { errors: { file?: string } }) }
  }
  for (const [file, said] of faults)
    expect(await upload(file)).toEqual({ status: 400, errors: { file: expect.stringMatching(said) } })
  expect(await (await operator.get('/models')).text()).not.toContain('strange')
  expect(await readdir(join(dir, 'console/packages'))).toEqual([])
  expect(await operator.uploadModel(SSD)).toMatchObject({ name: 'ssd-mobilenet-v2-oid' })
})

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-bad-models-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
