import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { decodeJpeg, type Picture, testPatternBoxes } from '../index.ts'
import { pattern, source, startWorld } from './testing/world.ts'

test('a snapshot is a JPEG of the size that was asked for', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  const picture = await world.pipeline.snapshot({ slot: 0, width: 160, height: 120, quality: 70, limitMs: 5000 })
  expect(picture).toMatchObject({ width: 160, height: 120 })
  expect(jpegSize(picture.data)).toEqual({ width: 160, height: 120 })
  expect(Math.abs(picture.capturedUs / 1000 - Date.now())).toBeLessThan(10_000)
})

test('a source for pictures is never muxed and takes none of the places of those that are', async () => {
  const world = await startWorld(onTestFinished, { maxSources: 1 })
  const { slot: small } = await world.pipeline.addSource(source(pattern()))
  const large = source(pattern({ width: 640, height: 480 }), { name: 'camera/main', purpose: 'pictures' })
  const { slot, generation } = await world.pipeline.addSource(large)
  expect(slot).toBeGreaterThan(small)
  const picture = await world.pipeline.snapshot({ slot, width: 640, height: 480, quality: 70, limitMs: 5000 })
  expect(picture).toMatchObject({ width: 640, height: 480 })
  expect(await world.event(slot, 'live')).toMatchObject({ name: 'camera/main', width: 640 })
  await world.pipeline.removeSource(slot)
  expect(await world.pipeline.addSource(large)).toEqual({ slot, generation: generation + 1 })
  await world.pipeline.removeSource(slot)
  await world.pipeline.removeSource(small)
  // Numbers of the camera's frames go on where its analysed source ended, whatever else was there.
  const before = world.framesOf(small).length
  await world.pipeline.addSource(source(pattern()))
  await world.until('more frames', (w) => w.framesOf(small).length > before + 5)
  expect(world.framesOf(slot)).toEqual([])
  const { frames } = decodeFrameBatch(Buffer.concat(world.framesOf(small).map(({ entry }) => entry)))
  expect(frames.map(({ number }) => number)).toEqual(frames.map((_, i) => i + 1))
  expect(world.errors).toEqual([])
})

test('a snapshot of a camera that shows nothing is refused after the limit', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source({ kind: 'push', width: 64, height: 64, format: 'RGB' }))
  const refused = world.pipeline.snapshot({ slot: 0, width: 64, height: 64, quality: 70, limitMs: 100 })
  await expect(refused).rejects.toThrow('expected a decoded frame within 100 ms')
})

test('a tap shows the shapes of the test pattern where testPatternBoxes says', async () => {
  const options = { width: 320, height: 240, shapes: 3, seed: 7 }
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern(options)))
  const pictures: Picture[] = []
  const tap = world.pipeline.tap({ slot: 0, width: 320, height: 240, format: 'RGB', maxFps: 0 }, (p) =>
    pictures.push(p)
  )
  await world.until('pictures', () => pictures.length >= 3)
  tap.close()
  for (const picture of pictures) {
    expect(picture.data).toHaveLength(320 * 240 * 3)
    const boxes = testPatternBoxes(options, Number(picture.ptsNs / 40_000_000n))
    // Where the background shows, all three colours are alike; the shape drawn last covers all the others.
    const [left = 0, top = 0, width = 0, height = 0] = boxes.subarray(-4)
    expect(colourfulness(picture, left + width / 2, top + height / 2)).toBeGreaterThan(60)
    expect(outside(boxes).every(([x, y]) => colourfulness(picture, x, y) < 12)).toBe(true)
  }
})

test('a tap gives no more pictures than maxFps, and none after it was closed', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern({ fps: 50 })))
  const times: bigint[] = []
  const tap = world.pipeline.tap({ slot: 0, width: 64, height: 48, format: 'JPEG', maxFps: 10, quality: 50 }, (p) =>
    times.push(p.ptsNs)
  )
  await world.until('6 pictures', () => times.length >= 6)
  tap.close()
  const count = times.length
  expect(Number((times[5] ?? 0n) - (times[0] ?? 0n)) / 1e6).toBeGreaterThan(350)
  const seen = world.framesOf(0).length
  await world.until('more frames', (w) => w.framesOf(0).length > seen + 20)
  expect(times).toHaveLength(count)
})

test('pushed frames come out with their own time, and as the picture they were', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(
    source({ kind: 'push', width: 30, height: 20, format: 'RGB' }, { policy: 'every-frame' })
  )
  const pictures: Picture[] = []
  world.pipeline.tap({ slot: 0, width: 30, height: 20, format: 'RGB', maxFps: 0 }, (p) => pictures.push(p))
  const pixels = new Uint8Array(30 * 20 * 3).fill(200)
  let pts = 0n
  // The source and the tap come up meanwhile: push until both have seen a frame.
  const pusher = setInterval(() => {
    if (world.pipeline.push(0, pixels, pts)) pts += 40_000_000n
  }, 5)
  onTestFinished(() => clearInterval(pusher))
  await world.until('a picture and frames', (w) => pictures.length > 0 && w.framesOf(0).length > 3)
  clearInterval(pusher)
  expect(world.framesOf(0)[2]?.ptsNs).toBe(80_000_000n)
  expect(pictures[0]?.data.every((value) => Math.abs(value - 200) < 4)).toBe(true)
  world.pipeline.endPush(0)
  await world.event(0, 'ended')
})

test('a frame of the wrong size is refused with both sizes', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source({ kind: 'push', width: 4, height: 2, format: 'I420' }))
  expect(() => world.pipeline.push(0, new Uint8Array(5), 0n)).toThrow('expected 12 bytes of I420 pixels, received 5')
})

test('a JPEG goes into a push source at its own size, whatever the one before was', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  const { slot } = await world.pipeline.addSource(
    source({ kind: 'push', width: 16, height: 16, format: 'RGB' }, { policy: 'every-frame' })
  )
  const pictures: Picture[] = []
  world.pipeline.tap({ slot, width: 0, height: 0, format: 'RGB', maxFps: 0 }, (p) => pictures.push(p))
  const sizes = [
    [160, 120],
    [64, 48],
    [160, 120]
  ] as const
  for (const [i, [width, height]] of sizes.entries()) {
    const { data } = await world.pipeline.snapshot({ slot: 0, width, height, quality: 90, limitMs: 5000 })
    const decoded = await decodeJpeg(data)
    expect(decoded).toEqual({ width, height })
    const ptsNs = BigInt(i) * 40_000_000n
    await expect.poll(() => world.pipeline.push(slot, decoded!, ptsNs)).toBe(true)
    expect(() => world.pipeline.push(slot, decoded!, ptsNs)).toThrow('not pushed before')
    const seen = await world.until('the picture', () => pictures.find((picture) => picture.ptsNs === ptsNs))
    expect(seen).toMatchObject({ width, height })
  }
})

test('what is no JPEG does not decode, and the next one does', async () => {
  const world = await startWorld(onTestFinished)
  await world.pipeline.addSource(source(pattern()))
  const { data } = await world.pipeline.snapshot({ slot: 0, width: 64, height: 48, quality: 90, limitMs: 5000 })
  expect(await decodeJpeg(Buffer.alloc(0))).toBeNull()
  expect(await decodeJpeg(Buffer.from('no picture'))).toBeNull()
  expect(await decodeJpeg(data)).toEqual({ width: 64, height: 48 })
  expect(() => decodeJpeg('a.jpg' as never)).toThrow('expected a Uint8Array for jpeg')
})

function jpegSize(data: Buffer): { width: number; height: number } | undefined {
  // Segments up to the start of frame (ITU T.81 B.1.1.3).
  for (let at = 2; at + 9 < data.length; at += 2 + data.readUInt16BE(at + 2)) {
    if (data[at + 1] === 0xc0) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) }
  }
  return undefined
}

function colourfulness(picture: Picture, x: number, y: number): number {
  const at = (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)) * 3
  const [r = 0, g = 0, b = 0] = picture.data.subarray(at, at + 3)
  return Math.max(r, g, b) - Math.min(r, g, b)
}

/** Points of a grid that lie in no box, nor at the very edge of one. */
function outside(boxes: Float32Array): [number, number][] {
  const margin = 0.02
  const points: [number, number][] = []
  for (let x = 0.05; x < 1; x += 0.1) {
    for (let y = 0.05; y < 1; y += 0.1) {
      const inside = Array.from({ length: boxes.length / 4 }, (_, i) => boxes.subarray(i * 4, i * 4 + 4)).some(
        ([left = 0, top = 0, width = 0, height = 0]) =>
          x > left - margin && x < left + width + margin && y > top - margin && y < top + height + margin
      )
      if (!inside) points.push([x, y])
    }
  }
  return points
}
