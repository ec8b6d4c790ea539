import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { decode, decodeConsoleState, encode, encodeConsoleState, type JsonChannel } from './codec.ts'
import { ProtocolError } from './error.ts'
import { badExamples, exampleFolders, goodExamples } from './examples.ts'
import { decodeFrameBatch } from './frames.ts'
import { schemaNames } from './json_schema.ts'
import { readPreviewStamp } from './preview.ts'
import { channels } from './topics.ts'

const everyChannel = [...Object.keys(channels), 'console/state']

function faultOf(read: () => unknown): { code: string; path: string } | null {
  try {
    read()
    return null
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { code: error.code, path: error.path }
  }
}

function readAsJson(channel: string, text: string): unknown {
  return channel === 'console/state' ? decodeConsoleState(text) : decode(channel as JsonChannel, text)
}

function writeAsJson(channel: string, message: unknown): string {
  if (channel === 'console/state') return encodeConsoleState(message as never)
  return encode(channel as JsonChannel, message as never)
}

test('every folder of examples belongs to a channel', () => {
  expect(exampleFolders()).toEqual(everyChannel.map((name) => name.replace('/', '.')).sort())
})

describe.each(everyChannel)('%s', (channel) => {
  test('has good and bad examples', () => {
    expect(goodExamples(channel).length).toBeGreaterThan(0)
    expect(badExamples(channel).length).toBeGreaterThan(0)
  })
})

describe.each(schemaNames())('%s', (channel) => {
  test.each(goodExamples(channel))('accepts $name, and gives it back whole', ({ content }) => {
    const message = readAsJson(channel, JSON.stringify(content))
    expect(message).toEqual(content)
    expect(JSON.parse(writeAsJson(channel, message))).toEqual(content)
  })

  test.each(badExamples(channel))('refuses $name at the place it names', ({ expect: expected, message }) => {
    expect(faultOf(() => readAsJson(channel, JSON.stringify(message)))).toEqual(expected)
    if (expected.code !== 'version') expect(faultOf(() => writeAsJson(channel, message))).toEqual(expected)
  })
})

test.each(badExamples('up/frames'))('up/frames refuses $name', ({ expect: expected, base64 }) => {
  expect(faultOf(() => decodeFrameBatch(Buffer.from(base64, 'base64')))).toEqual(expected)
})

test.each(goodExamples('up/preview'))('up/preview reads the stamp of $name', ({ content }) => {
  const { base64, stamp } = content as { base64: string; stamp: { ptsNs: string; capturedUs: number } | null }
  const expected = stamp && { ptsNs: BigInt(stamp.ptsNs), capturedUs: stamp.capturedUs }
  expect(readPreviewStamp(Buffer.from(base64, 'base64'))).toEqual(expected)
})

test.each(badExamples('up/preview'))('up/preview refuses $name', ({ expect: expected, base64 }) => {
  expect(faultOf(() => readPreviewStamp(Buffer.from(base64, 'base64')))).toEqual(expected)
})

test.each(goodExamples('dn/desired'))('$name names its own hash', ({ content }) => {
  const { sha256, ...rest } = content as { sha256: string }
  expect(createHash('sha256').update(canonicalJson(rest)).digest('hex')).toBe(sha256)
})

test.each(goodExamples('up/catalog'))('$name names its own hash', ({ content }) => {
  const { cameras, classes, model, hash } = content as Record<string, unknown>
  expect(createHash('sha256').update(canonicalJson({ cameras, classes, model })).digest('hex')).toBe(hash)
})
