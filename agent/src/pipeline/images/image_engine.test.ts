import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { detectorStage } from '@vedette/native/stage'
import { writeDetector } from '@vedette/native/tiny_model'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { ImageEngine, type ImageEngineOptions } from './image_engine.ts'

const built = existsSync(fileURLToPath(new URL('../../../../native/build/vedette.node', import.meta.url)))
const entry = fileURLToPath(new URL('./process/image_main.ts', import.meta.url))
const signal = new AbortController().signal
const look = { annotate: false, signal }

/** With a model that finds one object in each picture, as sure as the picture is red. */
function startImages(options: Partial<ImageEngineOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-images-'))
  const logged: string[] = []
  const images = new ImageEngine({
    entry,
    limits: { maxBatch: 4, maxWaitMs: 5, maxPixels: 1_000_000, threads: 2 },
    maxWaiting: 200,
    always: false,
    log: (line) => logged.push(line),
    ...options
  })
  onTestFinished(async () => {
    await images.stop()
    rmSync(folder, { recursive: true })
  })
  images.start()
  images.use({
    family: 'cpu',
    stages: [detectorStage(writeDetector(folder))],
    labels: ['nobody', 'somebody'],
    model: 'tiny 1'
  })
  return { images, folder, logged }
}

function picture(red: number, { width = 40, height = 30 } = {}) {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: 0, b: 0 } } })
}

test('every picture gets its own answer, whatever comes together', { skip: !built }, async () => {
  const { images } = startImages()
  const reds = Array.from({ length: 120 }, (_, i) => 130 + i)
  // By both decoders in turn, so that large and small frames follow each other.
  const encoded = await Promise.all(reds.map((red, i) => (i % 4 ? picture(red).jpeg() : picture(red).png()).toBuffer()))
  const answers = await Promise.all(encoded.map((bytes) => images.infer(bytes, look)))
  for (const [i, { width, height, model, objects }] of answers.entries()) {
    expect([width, height, model, objects.length]).toEqual([40, 30, 'tiny 1', 1])
    expect(objects[0]!.label).toBe('somebody')
    expect(objects[0]!.confidence).toBeCloseTo(reds[i]! / 255, i % 4 ? 1 : 3)
    expect(objects[0]!.box.left).toBeCloseTo(0.25, 3)
  }
  expect(images.counts).toEqual({ waiting: 0, inferred: 120, failed: 0, refused: 0 })
})

test('JPEG, PNG, WebP, grey, transparent and turned pictures are all seen', { skip: !built }, async () => {
  const { images } = startImages()
  const white = sharp({
    create: { width: 40, height: 20, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0.5 } }
  })
  const kinds = [
    await white.clone().flatten({ background: '#fff' }).jpeg().toBuffer(),
    await white.clone().png().toBuffer(),
    await white.clone().webp().toBuffer(),
    await white.clone().flatten({ background: '#fff' }).greyscale().jpeg().toBuffer()
  ]
  for (const bytes of kinds) expect((await images.infer(bytes, look)).objects).toHaveLength(1)
  const turned = await picture(200, { width: 60, height: 30 }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(await images.infer(turned, look)).toMatchObject({ width: 30, height: 60 })
})

test('a JPEG is seen alike by either decoder: as it is, too large for ours, and in colours that ours does not know', {
  skip: !built
}, async () => {
  const { images } = startImages({ limits: { maxBatch: 4, maxWaitMs: 5, maxPixels: 10_000_000, threads: 2 } })
  const plain = picture(200, { width: 640, height: 480 })
  const kinds = [
    await plain.clone().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    await plain.clone().jpeg({ progressive: true }).toBuffer(),
    await plain.clone().resize(2400, 1200).jpeg().toBuffer(),
    await plain.clone().toColourspace('cmyk').jpeg().toBuffer(),
    await plain.clone().withIccProfile('srgb').jpeg().toBuffer()
  ]
  for (const bytes of kinds) {
    const { objects, ...size } = await images.infer(bytes, look)
    expect(size).toMatchObject(bytes === kinds[2] ? { width: 2400, height: 1200 } : { width: 640, height: 480 })
    expect(objects[0]!.confidence).toBeCloseTo(200 / 255, 1)
    expect(objects[0]!.box.left).toBeCloseTo(0.25, 3)
  }
  // Whole at both ends, and nothing between them: what is wrong is told as before.
  const hollow = Buffer.concat([kinds[0]!.subarray(0, 200), Buffer.from([0xff, 0xd9])])
  await expect(images.infer(hollow, look)).rejects.toMatchObject({ code: 'broken' })
})

test('a drawn picture is a JPEG of the same size', { skip: !built }, async () => {
  const { images } = startImages()
  const { jpeg } = await images.infer(await picture(200, { width: 320, height: 200 }).png().toBuffer(), {
    annotate: true,
    signal
  })
  expect(await sharp(jpeg!).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 200 })
  const plain = await picture(200, { width: 320, height: 200 }).jpeg().toBuffer()
  const objects = [{ label: '<b>&"', confidence: 1, track: 7, box: { left: 0, top: 0, width: 1, height: 1 } }]
  const drawn = await images.draw(plain, objects, signal)
  const pixel = await sharp(drawn).extract({ left: 160, top: 0, width: 1, height: 1 }).raw().toBuffer()
  expect([...pixel].every((value, i) => Math.abs(value - [200, 0, 0][i]!) < 30)).toBe(false)
})

test('what is no picture is refused by kind, and harms nobody', { skip: !built }, async () => {
  const { images } = startImages()
  const good = await picture(255).jpeg().toBuffer()
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
  const large = await sharp({ create: { width: 1200, height: 1200, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const code = (bytes: Buffer) =>
    images.infer(bytes, look).then(
      () => 'seen',
      ({ code }: { code: string }) => code
    )
  expect(await code(svg)).toBe('unsupported')
  expect(await code(Buffer.alloc(0))).toBe('unsupported')
  expect(await code(good.subarray(0, good.length - 200))).toBe('broken')
  expect(await code(large)).toBe('too-large')
  expect(await code(await sharp(large).jpeg().toBuffer())).toBe('too-large')
  expect(await code(good)).toBe('seen')
})

test('a process that is killed costs its pictures an answer that says so, and comes back', {
  skip: !built
}, async () => {
  const { images } = startImages()
  const bytes = await picture(255).jpeg().toBuffer()
  await images.infer(bytes, look)
  const asked = Array.from({ length: 8 }, () =>
    images.infer(bytes, look).then(
      () => 'seen',
      ({ code }) => code
    )
  )
  process.kill(images.pid!, 'SIGKILL')
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['down']))
  await expect
    .poll(
      () =>
        images.infer(bytes, look).then(
          () => 'seen',
          () => null
        ),
      { timeout: 30_000 }
    )
    .toBe('seen')
})

test('without a model it says what to do, and with another one it asks that', { skip: !built }, async () => {
  const { images, folder } = startImages()
  const bytes = await picture(255).jpeg().toBuffer()
  const before = images.infer(bytes, look)
  const stages = [detectorStage(writeDetector(folder, 'other'))]
  images.use({ family: 'cpu', stages, labels: ['a', 'b'], model: 'other 2' })
  expect((await before).model).toBe('tiny 1')
  expect(await images.infer(bytes, look)).toMatchObject({ model: 'other 2', objects: [{ label: 'b' }] })
  images.use({ family: 'cpu', stages: [], labels: [], model: null })
  await expect(images.infer(bytes, look)).rejects.toThrow('analysis.model')
})

test('a model that does not load is told in words', { skip: !built }, async () => {
  const { images } = startImages()
  images.use({ family: 'cpu', stages: [detectorStage('/nowhere.txt')], labels: [], model: 'none' })
  await expect(images.infer(await picture(1).jpeg().toBuffer(), look)).rejects.toThrow('/nowhere.txt')
})

test('only so many wait, by number and by bytes', () => {
  const { images } = startImages({ maxWaiting: 3 })
  const leave = images.admit(2, 1000)
  expect(() => images.admit(2, 0)).toThrow(expect.objectContaining({ code: 'busy' }))
  expect(() => images.admit(1, 2 ** 30)).toThrow(expect.objectContaining({ code: 'busy' }))
  leave()
  leave()
  images.admit(3, 0)()
  expect(images.counts).toMatchObject({ waiting: 0, refused: 3 })
})

test('the process ends when nobody asks any more, and starts again when somebody does', { skip: !built }, async () => {
  const { images } = startImages({ idleMs: 50 })
  const bytes = await picture(255).jpeg().toBuffer()
  await images.infer(bytes, look)
  await expect.poll(() => images.pid, { timeout: 10_000 }).toBeNull()
  expect((await images.infer(bytes, look)).objects).toHaveLength(1)
})
