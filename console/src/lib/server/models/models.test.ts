import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readArchive } from '@vedette/model'
import { expect, test } from 'vitest'
import { detectorArchive } from '../testing/packages.ts'
import { newDataDir, startWorld, type World } from '../testing/world.ts'
import { modelsRoom } from './models.ts'
import { readRange } from './range.ts'

function upload(world: World, bytes: Uint8Array, file = 'tiny.vedette.tar') {
  return world.rooms.models.receive({ body: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(), file }, 'tester')
}

const filesOf = (world: World) => readdirSync(join(world.dataDir, 'packages'))

test('a package is kept under its hash, listed, and given out whole or in ranges', async () => {
  const world = await startWorld()
  const bytes = await detectorArchive()
  const model = await upload(world, bytes)
  expect(model).toMatchObject({
    name: 'tiny.net',
    id: 'tiny-net',
    version: '1.2.3',
    labels: ['car', 'person']
  })
  expect(model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(filesOf(world)).toEqual([`${model.sha256}.tar`])
  const whole = await world.rooms.models.download(model.sha256, null)
  expect(whole.status).toBe(200)
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(Buffer.from(bytes))
  const part = await world.rooms.models.download(model.sha256, 'bytes=100-')
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe(`bytes 100-${bytes.length - 1}/${bytes.length}`)
  expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(bytes).subarray(100))
  expect((await world.rooms.models.download(model.sha256, `bytes=${bytes.length}-`)).status).toBe(416)
  expect((await world.rooms.models.download('0'.repeat(64), null)).status).toBe(404)
})

test('what is no package, or a damaged one, is refused with the reason and leaves no file', async () => {
  const world = await startWorld()
  await expect(upload(world, new TextEncoder().encode('hello'))).rejects.toThrow(/archive/)
  const damaged = await detectorArchive()
  readArchive(damaged).contents['model.onnx'][20]! ^= 0xff
  await expect(upload(world, damaged)).rejects.toThrow(/model\.onnx is not the file model\.yaml lists/)
  await expect(upload(world, await detectorArchive('tiny', ['car', 'person', 'dog']))).rejects.toThrow(
    /cells \[batch,21,7\] do not fit --parser yolox with 3 labels.*It would fit a list of 2 labels/
  )
  const unfit = new TextEncoder().encode('no onnx')
  await expect(upload(world, unfit, 'model.onnx')).rejects.toThrow(/parser and labels/)
  const about = { name: 'model', version: '1.0.0', parser: 'yolox', labels: ['car'], licence: 'MIT', source: 'x' }
  const body = () => new Blob([unfit]).stream()
  await expect(world.rooms.models.receive({ body: body(), file: 'm.onnx', import: about }, 'tester')).rejects.toThrow()
  const wrong = { ...about, parser: 'magic' }
  await expect(world.rooms.models.receive({ body: body(), file: 'm.onnx', import: wrong }, 'tester')).rejects.toThrow(
    /expected one of .*yolox/
  )
  expect(filesOf(world)).toEqual([])
})

test('a body over the limit is refused while it streams', async () => {
  const dir = join(newDataDir(), 'packages')
  const nothing = () => {}
  const room = modelsRoom({
    dir,
    packages: { find: () => undefined, insert: nothing, remove: nothing },
    usedBy: () => [],
    listModels: () => [],
    note: nothing,
    now: () => 0,
    limitBytes: 1000
  })
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 100
      controller.enqueue(new Uint8Array(100))
    }
  })
  await expect(room.receive({ body, file: 'x.tar' }, 'tester')).rejects.toThrow('expected at most 1000 bytes')
  expect(sent).toBeLessThan(2000)
  expect(readdirSync(dir)).toEqual([])
})

test('a model can be removed only when no box should run it', async () => {
  const world = await startWorld()
  const { id } = world.rooms.desired.addBox({ name: 'Shop' }, 'tester')
  const { sha256 } = await upload(world, await detectorArchive())
  world.rooms.desired.assignModel(id, sha256, 'tester')
  expect(world.rooms.store.box(id)).toMatchObject({
    analysis: { model: 'tiny-net' },
    model: { name: 'tiny.net', sha256, state: 'unknown' }
  })
  await expect(world.rooms.models.remove(sha256, 'tester')).rejects.toThrow('It should run on Shop')
  world.rooms.desired.assignModel(id, null, 'tester')
  await world.rooms.models.remove(sha256, 'tester')
  expect(world.rooms.store.listModels()).toEqual([])
  expect(filesOf(world)).toEqual([])
})

test('byte ranges are read as RFC 9110 says', () => {
  expect(readRange('bytes=0-9', 100)).toEqual({ first: 0, last: 9 })
  expect(readRange('bytes=90-', 100)).toEqual({ first: 90, last: 99 })
  expect(readRange('bytes=-10', 100)).toEqual({ first: 90, last: 99 })
  expect(readRange('bytes=50-500', 100)).toEqual({ first: 50, last: 99 })
  expect(readRange('bytes=100-', 100)).toBe('unsatisfiable')
  expect(readRange('bytes=5-2', 100)).toBeNull()
  expect(readRange('bytes=0-1,5-6', 100)).toBeNull()
  expect(readRange(null, 100)).toBeNull()
})
