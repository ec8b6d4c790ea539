import { createDecipheriv, createHash, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type Desired, decode } from '@vedette/protocol'
import { expect, test } from 'vitest'
import { type CameraInput, RefusedEdit } from '../rooms.ts'
import { inventory, newBoxKey } from '../testing/messages.ts'
import { classifierArchive, detectorArchive } from '../testing/packages.ts'
import { connect, connectBox, startWorld, within } from '../testing/world.ts'
import { documentOf } from './document.ts'

const camera: CameraInput = {
  name: 'Tür Süd',
  enabled: true,
  source: { kind: 'rtsp', url: 'rtsp://10.0.0.8/stream1', transport: 'auto', latencyMs: 200 },
  credential: { action: 'keep' },
  detection: { enabled: true, maxFps: 0, minConfidence: 0.4, classes: [] },
  frames: 'leased'
}
const secretly: CameraInput = { ...camera, credential: { action: 'set', user: 'admin', password: 'pässword' } }

function unseal(sealed: string, key: ReturnType<typeof newBoxKey>): unknown {
  const bytes = Buffer.from(sealed, 'base64')
  const ephemeral = bytes.subarray(0, 32)
  const x = ephemeral.toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
  const shared = diffieHellman({ privateKey: key.privateKey, publicKey })
  const derived = hkdfSync('sha256', shared, Buffer.concat([ephemeral, key.raw]), 'vedette/credential/v1', 32)
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(derived), bytes.subarray(32, 44))
  decipher.setAuthTag(bytes.subarray(-16))
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(44, -16)), decipher.final()]).toString())
}

test('an edit reaches the box as one whole document whose hash is over its canonical form', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  expect(world.rooms.desired.addCamera(box.id, camera, 'tester')).toEqual({ id: 'tur-sud' })
  const document = await box.next<Desired>('dn/desired', (one) => 'tur-sud' in one.cameras)
  expect(decode('dn/desired', JSON.stringify(document))).toEqual(document)
  const { sha256, ...rest } = document
  expect(createHash('sha256').update(canonicalJson(rest)).digest('hex')).toBe(sha256)
  expect(document.cameras['tur-sud']).toMatchObject({ name: 'Tür Süd', source: camera.source })
  world.rooms.desired.removeCamera(box.id, 'tur-sud', 'tester')
  const next = await box.next<Desired>('dn/desired', (one) => one.rev > document.rev)
  expect(next.cameras).toEqual({})
})

test('a credential waits for the key of the box, is sealed to it, and again when the key changes', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  world.rooms.desired.addCamera(box.id, secretly, 'tester')
  const without = await box.next<Desired>('dn/desired', (one) => one.rev === 2)
  expect(without.cameras).toEqual({})

  const key = newBoxKey()
  await box.say('up/inventory', inventory(key.base64))
  const first = await box.next<Desired>('dn/desired', (one) => one.rev === 3)
  const sealed = first.cameras['tur-sud']?.credential
  expect(sealed?.revision).toBe(1)
  expect(unseal(sealed?.sealed ?? '', key)).toEqual({ user: 'admin', password: 'pässword' })

  // An edit of something else neither seals anew nor counts as a new credential.
  world.rooms.desired.changeCamera({ box: box.id, camera: 'tur-sud' }, { ...camera, name: 'South' }, 'tester')
  const second = await box.next<Desired>('dn/desired', (one) => one.rev === 4)
  expect(second.cameras['tur-sud']?.credential).toEqual(sealed)

  const other = newBoxKey()
  await box.say('up/inventory', inventory(other.base64))
  const third = await box.next<Desired>('dn/desired', (one) => one.rev === 5)
  expect(third.cameras['tur-sud']?.credential?.revision).toBe(2)
  expect(unseal(third.cameras['tur-sud']?.credential?.sealed ?? '', other)).toMatchObject({ user: 'admin' })
})

test('user and password are neither in the views nor readable in the database', async () => {
  const world = await startWorld()
  const { id } = world.rooms.desired.addBox({ name: 'Box' }, 'tester')
  world.rooms.desired.addCamera(id, secretly, 'tester')
  const view = world.rooms.store.camera(id, 'tur-sud')
  expect(view?.hasCredential).toBe(true)
  expect(JSON.stringify([view, world.rooms.store.box(id), world.rooms.store.audit(10)])).not.toMatch(/admin|pässword/)
  await world.stop()
  const bytes = readFileSync(join(world.dataDir, 'vedette.db')).toString('latin1')
  expect(bytes).not.toContain(Buffer.from('pässword').toString('latin1'))
})

test('every document is published again when the console starts: the broker keeps nothing', async () => {
  const first = await startWorld()
  const { id, secret } = first.rooms.desired.addBox({ name: 'Box' }, 'tester')
  first.rooms.desired.addCamera(id, camera, 'tester')
  await first.stop()
  const second = await startWorld({ dataDir: first.dataDir })
  const client = await connect(second.rooms.status().mqttPort, { username: id, password: secret })
  const received = within<Desired>('dn/desired', (found) => {
    client.on('message', (_topic, payload) => found(JSON.parse(String(payload)) as Desired))
  })
  await client.subscribeAsync(`vedette/v1/${id}/dn/desired`)
  expect(await received).toMatchObject({ rev: 2, cameras: { 'tur-sud': { name: 'Tür Süd' } } })
})

test('a document too large for the wire is refused at the edit, with the sizes, and nothing is stored', async () => {
  const world = await startWorld()
  const { id } = world.rooms.desired.addBox({ name: 'Box' }, 'tester')
  const classes = Array.from({ length: 500 }, (_, i) => `${i} ${'x'.repeat(190)}`)
  const large = { ...camera, detection: { ...camera.detection, classes } }
  world.rooms.desired.addCamera(id, large, 'tester')
  world.rooms.desired.addCamera(id, large, 'tester')
  expect(() => world.rooms.desired.addCamera(id, large, 'tester')).toThrow(/would take \d+ bytes; at most 262144/)
  expect(world.rooms.store.box(id)?.cameras.map((one) => one.id)).toEqual(['tur-sud', 'tur-sud-2'])
})

test('a second detector on the same frames: sent beside the model, refused in words, and over with another model', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const { desired, store, models } = world.rooms
  const upload = async (archive: Uint8Array) => {
    const body = new Blob([archive as Uint8Array<ArrayBuffer>]).stream()
    return (await models.receive({ body, file: 'some.tar' }, 'tester')).sha256
  }
  const street = await upload(await detectorArchive('street'))
  const yard = await upload(await detectorArchive('yard', ['person', 'dog']))
  const sea = await upload(await detectorArchive('sea', ['ship', 'buoy']))
  const colour = await upload(await classifierArchive('colour'))
  const comparing =
    (sha256: string, interval = 9) =>
    () =>
      desired.setCompare(box.id, { sha256, interval }, 'tester')
  expect(comparing(yard)).toThrow(/nothing to compare yard 1.2.3 with: choose a model/)
  desired.assignModel(box.id, street, 'tester')
  expect(comparing(street)).toThrow(/street 1.2.3 is the model of the box/)
  expect(comparing(colour)).toThrow(/colour 1.2.3 is for classification: only detectors/)
  expect(comparing(sea)).toThrow(/sea 1.2.3 finds nothing that street 1.2.3 finds/)
  expect(comparing('f'.repeat(64))).toThrow(/no such model/)
  expect(comparing(yard, 101)).toThrow(/0 to 100/)
  comparing(yard)()
  const document = await box.next<Desired>('dn/desired', (one) => one.analysis.compare !== undefined)
  expect(decode('dn/desired', JSON.stringify(document))).toEqual(document)
  expect(document.analysis).toMatchObject({ model: 'street', compare: { model: 'yard', interval: 9 } })
  expect(Object.keys(document.models)).toEqual(['street', 'yard'])
  expect(store.box(box.id)).toMatchObject({ compare: { sha256: yard, interval: 9 } })
  await expect(models.remove(yard, 'tester')).rejects.toThrow(/It should run on/)
  desired.assignModel(box.id, yard, 'tester')
  expect(store.box(box.id)?.compare).toBeNull()
  await models.remove(street, 'tester')
})

test('two versions of one package are compared, each under a key of its own', async () => {
  const about = { cameras: new Map(), secondaries: [], box: { name: 'Box', interval: 0, tracker: 'none' } } as const
  const version = (version: string) => ({ id: 'street', name: 'street', version, sha256: '0'.repeat(64), bytes: 1 })
  const document = documentOf({
    ...{ ...about, secondaries: [], rev: 1, model: version('1.0.0') },
    compare: { model: version('1.1.0'), interval: 0 }
  })
  expect(document.analysis).toMatchObject({ model: 'street', compare: { model: 'street-compared' } })
  expect(document.models).toMatchObject({ street: { version: '1.0.0' }, 'street-compared': { version: '1.1.0' } })
})

test('what people typed wrong comes back by field', async () => {
  const world = await startWorld()
  const { id } = world.rooms.desired.addBox({ name: 'Box' }, 'tester')
  const errorsOf = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      if (error instanceof RefusedEdit) return error.errors
      throw error
    }
    return {}
  }
  const source = { kind: 'rtsp', url: 'rtsp://user:pass@10.0.0.8/', transport: 'auto', latencyMs: 200 } as const
  const edit = (change: Partial<CameraInput>) => () =>
    world.rooms.desired.addCamera(id, { ...camera, ...change }, 'tester')
  expect(errorsOf(edit({ source }))).toEqual({ 'source.url': expect.stringContaining('without user and password') })
  expect(errorsOf(edit({ name: '  ' }))).toEqual({ name: expect.stringContaining('1 to 200') })
  const detection = { ...camera.detection, minConfidence: 4 }
  expect(errorsOf(edit({ detection }))).toEqual({ 'detection.minConfidence': expect.stringContaining('0 to 1') })
  expect(errorsOf(() => world.rooms.desired.assignModel(id, 'f'.repeat(64), 'x'))).toHaveProperty('model')
  expect(errorsOf(() => world.rooms.desired.renameBox('gone', 'x', 'x'))).toEqual({
    '': expect.stringContaining('gone')
  })
})

test('a renewed secret ends the connection made with the old one', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const closed = within('a closed connection', (found) => box.client.once('close', () => found(true)))
  const { secret } = world.rooms.desired.renewSecret(box.id, 'tester')
  await closed
  const port = world.rooms.status().mqttPort
  await expect(connect(port, { username: box.id, password: box.secret })).rejects.toThrow('Not authorized')
  await connect(port, { username: box.id, password: secret })
})

test('classifiers look at objects: they come after the model, and only there', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const upload = async (archive: Uint8Array) => {
    const body = new Blob([archive as Uint8Array<ArrayBuffer>]).stream()
    return (await world.rooms.models.receive({ body, file: 'some.tar' }, 'tester')).sha256
  }
  const street = await upload(await detectorArchive('street'))
  const colour = await upload(await classifierArchive('colour'))
  world.rooms.desired.assignModel(box.id, street, 'tester')
  world.rooms.desired.setSecondaries(box.id, [{ sha256: colour, classes: ['car'] }], 'tester')
  const document = await box.next<Desired>('dn/desired', (one) => one.analysis.secondaries !== undefined)
  expect(decode('dn/desired', JSON.stringify(document))).toEqual(document)
  expect(document.analysis).toMatchObject({ model: 'street', secondaries: [{ model: 'colour', classes: ['car'] }] })
  expect(Object.keys(document.models)).toEqual(['street', 'colour'])
  expect(world.rooms.store.box(box.id)?.models.filter(({ isWanted }) => isWanted)).toHaveLength(2)
  expect(() => world.rooms.desired.assignModel(box.id, colour, 'tester')).toThrow(/colour is for classification/)
  const onObjects = (sha256: string) => () =>
    world.rooms.desired.setSecondaries(box.id, [{ sha256, classes: [] }], 'tester')
  expect(onObjects(street)).toThrow(/street is for detection: only classifiers look at objects/)
  expect(onObjects('f'.repeat(64))).toThrow(/upload it first/)
  await expect(world.rooms.models.remove(colour, 'tester')).rejects.toThrow(/It should run on/)
})

test('rules of a camera reach the box with it, are refused by their place, and stay when the camera is edited', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const { id } = world.rooms.desired.addCamera(box.id, camera, 'tester')
  const at = { box: box.id, camera: id }
  const gate = {
    kind: 'line-crossed',
    name: 'Gate',
    line: [
      [0.1, 0.5],
      [0.9, 0.5]
    ]
  }
  world.rooms.desired.setRules(at, { rules: { gate }, masks: {} }, 'tester')
  const ruled = await box.next<Desired>('dn/desired', (one) => one.cameras[id]?.rules !== undefined)
  expect(decode('dn/desired', JSON.stringify(ruled)).cameras[id]?.rules).toEqual({ gate })
  expect(world.rooms.store.camera(box.id, id)?.rules).toEqual({ gate })

  const refusedFor = (rules: Record<string, unknown>) => {
    try {
      world.rooms.desired.setRules(at, { rules, masks: {} }, 'tester')
    } catch (error) {
      return (error as RefusedEdit).errors
    }
    return {}
  }
  expect(Object.keys(refusedFor({ gate: { ...gate, name: '' } }))).toEqual(['rules.gate.name'])
  const bowTie = [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1]
  ]
  const crossed = refusedFor({ yard: { kind: 'zone-entered', name: 'Yard', zone: bowTie } })
  expect(crossed['rules.yard.zone.2']).toContain('move point 3')

  world.rooms.desired.changeCamera(at, { ...camera, name: 'South' }, 'tester')
  const renamed = await box.next<Desired>('dn/desired', (one) => one.cameras[id]?.name === 'South')
  expect(renamed.cameras[id]?.rules).toEqual({ gate })
})

test('what is left out of a picture has a name here, and goes to the box without it', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const { id } = world.rooms.desired.addCamera(box.id, camera, 'tester')
  const at = { box: box.id, camera: id }
  const points = [
    [0, 0],
    [0.2, 0],
    [0, 0.2]
  ]
  const poster = { name: 'Poster', hides: 'objects', points, classes: ['person'] }
  const tree = { name: 'Tree', hides: 'motion', points, classes: [] }
  world.rooms.desired.setRules(at, { rules: {}, masks: { poster, tree } }, 'tester')
  const masked = await box.next<Desired>('dn/desired', (one) => one.cameras[id]?.masks !== undefined)
  expect(decode('dn/desired', JSON.stringify(masked)).cameras[id]?.masks).toEqual({
    objects: [{ points, classes: ['person'] }],
    motion: [points]
  })
  expect(world.rooms.store.camera(box.id, id)?.masks).toEqual({ poster, tree })
  const flat = [points[0], points[1], points[0]]
  const change = () =>
    world.rooms.desired.setRules(at, { rules: {}, masks: { poster, tree: { ...tree, points: flat } } }, 'tester')
  expect(change).toThrow(RefusedEdit)
  expect(refusedPlaces(change)).toEqual([expect.stringMatching(/^masks\.tree\.points\.\d$/)])
})

test('the secret that signs alerts waits for the key of the box, is sealed to it, and is told to nobody', async () => {
  const world = await startWorld()
  const box = await connectBox(world)
  const { desired, store } = world.rooms
  const webhook = { url: 'https://example.com/alerts', minSeverity: 'warning' } as const
  const alerts = { limits: { throttleS: 30 }, webhook, secret: { action: 'set', secret: 'a long secret' } } as const
  expect(
    refusedPlaces(() => desired.setAlerts(box.id, { ...alerts, secret: { action: 'set', secret: 'short' } }, 'x'))
  ).toEqual(['webhook.secret'])
  desired.setAlerts(box.id, alerts, 'tester')
  const without = await box.next<Desired>('dn/desired', (one) => one.alerts !== undefined)
  expect(without.alerts).toEqual({ throttleS: 30 })

  const key = newBoxKey()
  await box.say('up/inventory', inventory(key.base64))
  const signed = await box.next<Desired>('dn/desired', (one) => one.alerts?.webhook !== undefined)
  expect(decode('dn/desired', JSON.stringify(signed)).alerts?.webhook).toMatchObject(webhook)
  expect(signed.alerts?.webhook?.credential?.revision).toBe(1)
  expect(unseal(signed.alerts?.webhook?.credential?.sealed ?? '', key)).toEqual({ user: '', password: 'a long secret' })

  // An edit of something else neither seals anew nor counts as a new secret; another key of the box does.
  desired.setAlerts(box.id, { ...alerts, limits: {}, secret: { action: 'keep' } }, 'tester')
  const kept = await box.next<Desired>('dn/desired', (one) => one.rev > signed.rev)
  expect(kept.alerts?.webhook?.credential).toEqual(signed.alerts?.webhook?.credential)
  const other = newBoxKey()
  await box.say('up/inventory', inventory(other.base64))
  const again = await box.next<Desired>('dn/desired', (one) => one.alerts?.webhook?.credential?.revision === 2)
  expect(unseal(again.alerts?.webhook?.credential?.sealed ?? '', other)).toMatchObject({ password: 'a long secret' })

  expect(store.box(box.id)?.alerts).toEqual({ limits: {}, webhook, hasSecret: true })
  expect(JSON.stringify([store.box(box.id), store.audit(10)])).not.toContain('a long secret')
  desired.setAlerts(box.id, { ...alerts, secret: { action: 'clear' } }, 'tester')
  const unsigned = await box.next<Desired>('dn/desired', (one) => one.rev > again.rev)
  expect(unsigned.alerts?.webhook).toEqual(webhook)
  desired.setAlerts(box.id, alerts, 'tester')
  const anew = await box.next<Desired>('dn/desired', (one) => one.rev > unsigned.rev)
  expect(anew.alerts?.webhook?.credential?.revision).toBe(3)
})

function refusedPlaces(edit: () => unknown): string[] {
  try {
    edit()
  } catch (error) {
    if (error instanceof RefusedEdit) return Object.keys(error.errors)
    throw error
  }
  return []
}
