import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ProtocolError } from './error.ts'
import { goodExamples } from './examples.ts'
import { batchEntry, encodeFrame } from './frame_encoding.ts'
import { keepObjects } from './frame_filter.ts'
import { decodeFrameBatch, encodeBatchHeader, FRAMES_IN_BATCH_LIMIT } from './frames.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Stock protoc, because the promise is that stock tools read and write what we do. */
function protoc(mode: 'encode' | 'decode', input: Uint8Array | string, cwd = folder): Buffer {
  const { error, status, stdout, stderr } = spawnSync('protoc', [`--${mode}=vedette.v1.FrameBatch`, 'frames.proto'], {
    cwd,
    input
  })
  if (error) throw new Error(`expected protoc in PATH (apt install protobuf-compiler), received ${error.message}`)
  if (status !== 0) throw new Error(`protoc --${mode} failed: ${stderr}`)
  return stdout
}

interface Example {
  base64: string
  text: string[]
}
const example = (name: string): Example =>
  goodExamples('up/frames').find((good) => good.name === `good-${name}.json`)!.content as Example
const bytesOf = (name: string) => Buffer.from(example(name).base64, 'base64')

describe('with stock protoc', () => {
  test.each(goodExamples('up/frames'))('$name is what protoc writes and prints', ({ content }) => {
    const { base64, text } = content as Example
    expect(protoc('encode', text.join('\n')).toString('base64')).toBe(base64)
    expect(protoc('decode', Buffer.from(base64, 'base64')).toString().trim()).toBe(text.join('\n'))
  })

  test('reads every field of what protoc wrote', () => {
    const batch = decodeFrameBatch(bytesOf('two-cameras'))
    expect(batch.sequence).toBe(12)
    expect(batch.catalog).toMatch(/^[0-9a-f]{64}$/)
    expect(batch.frames).toEqual([
      {
        camera: 0,
        number: 107,
        capturedUs: 1795262404266666,
        ptsNs: 4266666666n,
        width: 1920,
        height: 1080,
        latencyUs: 61200,
        classId: Uint32Array.of(1, 1, 3),
        trackId: Float64Array.of(41, 42, 0),
        confidence: Float32Array.of(0.875, 0.5, 0.4375),
        left: Float32Array.of(0.40625, 0.125, 0.75),
        top: Float32Array.of(0.21875, 0.25, 0.5),
        boxWidth: Float32Array.of(0.078125, 0.0625, 0.1875),
        boxHeight: Float32Array.of(0.3125, 0.28125, 0.125),
        trackerConfidence: new Float32Array(0),
        rotation: new Float32Array(0),
        attributes: [],
        masks: [],
        objectAnalytics: [],
        sceneAnalytics: [],
        sentUs: 0,
        strategy: ''
      },
      expect.objectContaining({ camera: 2, number: 98, ptsNs: 2n ** 64n - 1n, classId: new Uint32Array(0) })
    ])
  })

  test('reads attributes, masks, analytics and the optional columns that protoc wrote', () => {
    expect(decodeFrameBatch(bytesOf('parts')).frames).toEqual([
      expect.objectContaining({
        trackId: Float64Array.of(41, 43, 42),
        trackerConfidence: Float32Array.of(0.75, 0.5, 0.25),
        rotation: Float32Array.of(0, 0, 0.5),
        attributes: [
          { object: 0, stage: 2, label: 'red', probability: 0.9375 },
          { object: 2, stage: 2, label: 'café au lait', probability: 0.5 }
        ],
        masks: [{ object: 1, width: 3, height: 2, counts: Uint32Array.of(1, 3, 2) }],
        objectAnalytics: [
          {
            object: 1,
            stage: 17,
            regions: ['gate', 'ramp'],
            overcrowded: ['gate'],
            lines: ['exit'],
            direction: 'north'
          }
        ],
        sceneAnalytics: [
          {
            stage: 17,
            objectsInRegion: new Map([['gate', 2]]),
            overcrowded: new Map([['gate', true]]),
            crossings: new Map([['exit', 1]]),
            crossingsTotal: new Map([['exit', 5_000_000_000]]),
            objectsOfClass: new Map([[1, 2]])
          }
        ],
        sentUs: 1795262404301000
      })
    ])
  })

  test('reads what strategies found beside the frames of the pipeline', () => {
    const { frames, findings } = decodeFrameBatch(bytesOf('findings'))
    expect(frames).toMatchObject([{ number: 109, strategy: '' }])
    expect(findings).toMatchObject([
      { strategy: 'colour', number: 12, classId: Uint32Array.of(5), trackId: Float64Array.of(2 ** 52 + 1) },
      { strategy: 'brightness', number: 7, classId: new Uint32Array(0) }
    ])
  })

  test('readers of the first fields, from before there were others, still read them', () => {
    const first = readFileSync(join(folder, 'frames.proto'), 'utf8').replace(
      /\n {2}\/\/ The tracker's own[\s\S]*?\n}\n[\s\S]*$/,
      '\n}\n'
    )
    expect(first).not.toContain('= 15')
    const old = mkdtempSync(join(tmpdir(), 'vedette-proto-'))
    onTestFinished(() => rmSync(old, { recursive: true }))
    writeFileSync(join(old, 'frames.proto'), first)
    const printed = protoc('decode', bytesOf('parts'), old).toString()
    const known = example('parts').text.slice(0, example('parts').text.indexOf('  tracker_confidence: 0.75'))
    expect(printed).toContain(known.join('\n'))
    expect(printed).not.toContain('attributes')
  })

  test('protoc reads what is left when objects are taken out, and nothing of these is left', () => {
    const batch = bytesOf('parts')
    const entry = batch.subarray(batch.indexOf(0x1a))
    const kept = (...objects: number[]) => protoc('decode', keepObjects(entry, objects)).toString()
    expect(kept(0, 1, 2)).toBe(protoc('decode', entry).toString())
    const last = kept(2)
    expect(last).toMatch(/attributes {\n\s+stage: 2\n\s+label: "caf/)
    expect(last).toContain('rotation: 0.5')
    expect(last).toContain('tracker_confidence: 0.25\n  rotation')
    for (const gone of ['"red"', 'masks', 'object_analytics']) expect(last).not.toContain(gone)
    expect(last).toContain('scene_analytics')
    expect(last).toContain('sent_us')
    const none = kept()
    expect(none).not.toMatch(/class_id|attributes|rotation/)
    expect(none).toContain('number: 108')
  })

  test.each(['findings', 'two-cameras'])('frames of %s are written as protoc writes them', (name) => {
    const { catalog, sequence, frames, findings } = decodeFrameBatch(bytesOf(name))
    const written = [
      encodeBatchHeader(catalog, sequence),
      ...frames.map((frame) => batchEntry('frames', encodeFrame(frame))),
      ...findings.map((frame) => batchEntry('findings', encodeFrame(frame)))
    ]
    expect(Buffer.concat(written).toString('base64')).toBe(example(name).base64)
  })

  test('the optional columns are written, and what was left out is read as empty', () => {
    const columns = {
      ...{ classId: Uint32Array.of(300), trackId: Float64Array.of(2 ** 53 - 1), confidence: Float32Array.of(0.5) },
      ...{ left: Float32Array.of(0.25), top: Float32Array.of(0), boxWidth: Float32Array.of(1) },
      ...{ boxHeight: Float32Array.of(1), trackerConfidence: Float32Array.of(0.75), rotation: Float32Array.of(-0.5) }
    }
    const frame = { ...columns, ptsNs: 2n ** 64n - 1n, sentUs: 1_795_262_404_301_000 }
    const { frames } = decodeFrameBatch(batchEntry('frames', encodeFrame(frame)))
    expect(frames).toEqual([expect.objectContaining({ ...frame, camera: 0, number: 0, strategy: '', masks: [] })])
  })

  test('protoc reads the header that we write, with numbers of every length', () => {
    for (const sequence of [1, 127, 128, 300, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      const text = protoc('decode', encodeBatchHeader('ab'.repeat(100), sequence)).toString()
      expect(text).toBe(`catalog: "${'ab'.repeat(100)}"\nsequence: ${sequence}\n`)
    }
  })

  test('a header and the entries of two batches, joined byte by byte, are one batch for both', () => {
    const only = (camera: number) =>
      protoc(
        'encode',
        `frames { camera: ${camera} class_id: 1 track_id: 1 confidence: 0.5
      left: 0.5 top: 0.5 box_width: 0.25 box_height: 0.25 }`
      )
    const joined = Buffer.concat([encodeBatchHeader('hash', 5), only(3), only(4)])
    const batch = decodeFrameBatch(joined)
    expect(batch).toMatchObject({ catalog: 'hash', sequence: 5 })
    expect(batch.frames.map((frame) => frame.camera)).toEqual([3, 4])
    expect(
      protoc('decode', joined)
        .toString()
        .match(/camera: \d/g)
    ).toEqual(['camera: 3', 'camera: 4'])
  })
})

describe('what other encoders may write', () => {
  test('columns entry by entry, or in pieces', () => {
    // class_id unpacked, 5 then 6; confidence as two packed pieces; the rest packed.
    const pair = (field: number) => [(field << 3) | 2, 8, 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3e]
    const pieces = [0x52, 4, 0, 0, 0, 0x3f, 0x55, 0, 0, 0x80, 0x3e]
    const frame = [0x40, 5, 0x40, 6, 0x4a, 2, 1, 2, ...pieces, ...[11, 12, 13, 14].flatMap(pair)]
    const bytes = Uint8Array.from([0x1a, frame.length, ...frame])
    const [read] = decodeFrameBatch(bytes).frames
    expect(read?.classId).toEqual(Uint32Array.of(5, 6))
    expect(read?.confidence).toEqual(Float32Array.of(0.5, 0.25))
    expect(protoc('decode', bytes).toString()).toContain('class_id: 5\n  class_id: 6')
  })

  test('fields that this version does not know, of every wire type', () => {
    const field = (wireType: number, ...bytes: number[]) => [0xf8 | wireType, 0x7f, ...bytes]
    const unknown = [...field(0, 1), ...field(1, 1, 2, 3, 4, 5, 6, 7, 8), ...field(2, 2, 9, 9), ...field(5, 1, 2, 3, 4)]
    const bytes = Uint8Array.from([...unknown, 0x10, 7, 0x1a, unknown.length + 2, ...unknown, 0x08, 3])
    expect(decodeFrameBatch(bytes)).toMatchObject({ sequence: 7, frames: [{ camera: 3 }] })
  })
})

describe('corrupt input', () => {
  test.each([
    ['a skipped field of 8 bytes that ends early', [0x79, 1, 2]],
    ['a skipped field of 4 bytes that ends early', [0x7d, 1]],
    ['a group', [0x7b]],
    ['field number 0', [0x00, 0]],
    ['a number over 2^53', [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a length far past the end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a catalog that is no UTF-8', [0x0a, 1, 0xff]],
    ['half a float', [0x1a, 4, 0x52, 2, 0, 0]]
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeFrameBatch(Uint8Array.from(bytes))).toThrow(ProtocolError)
  })

  test('more frames than a batch may have are refused before they fill the memory', () => {
    const empty = new Uint8Array((FRAMES_IN_BATCH_LIMIT + 1) * 2).map((_, i) => (i % 2 === 0 ? 0x1a : 0))
    expect(() => decodeFrameBatch(empty)).toThrow(`at most ${FRAMES_IN_BATCH_LIMIT} frames`)
    expect(decodeFrameBatch(empty.subarray(2)).frames).toHaveLength(FRAMES_IN_BATCH_LIMIT)
  })

  test('cut anywhere, a batch is read as far as whole fields go, or refused by a ProtocolError', () => {
    const whole = bytesOf('two-cameras')
    const outcomes = Array.from(whole, (_, length) => outcome(whole.subarray(0, length)))
    expect(outcomes.filter((frames) => frames === 'refused').length).toBeGreaterThan(whole.length * 0.9)
    expect(new Set(outcomes)).toEqual(new Set(['refused', 0, 1]))
  })

  test('20,000 corrupted batches end in frames or in a ProtocolError, never in another error', () => {
    const random = seededRandom(20261121)
    const seen = { read: 0, refused: 0 }
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from(bytesOf('two-cameras'))
      const flips = 1 + Math.floor(random() * 4)
      for (let flip = 0; flip < flips; flip++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      const end = random() < 0.5 ? bytes.length : Math.floor(random() * bytes.length)
      seen[outcome(bytes.subarray(0, end)) === 'refused' ? 'refused' : 'read']++
    }
    expect(seen.read).toBeGreaterThan(1000)
    expect(seen.refused).toBeGreaterThan(1000)
  })
})

function outcome(bytes: Uint8Array): number | 'refused' {
  try {
    return decodeFrameBatch(bytes).frames.length
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return 'refused'
  }
}

/** A seeded linear congruential generator, so that a failure can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
