import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { decode, encode, type JsonChannel, parse, UP_LIMIT_BYTES } from './codec.ts'
import { DESIRED_LIMIT_BYTES, type Desired } from './desired.ts'
import { ProtocolError } from './error.ts'
import { goodExamples } from './examples.ts'
import { jsonSchema, schemaNames } from './json_schema.ts'

const desired = () =>
  goodExamples('dn/desired').find((example) => example.name === 'good-two-cameras.json')!.content as Desired

/** The error of decoding `message`, which has to be refused. */
function refusal(channel: JsonChannel, message: unknown): ProtocolError {
  try {
    decode(channel, typeof message === 'string' ? message : JSON.stringify(message))
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
  throw new Error(`expected ${channel} to refuse ${JSON.stringify(message)}`)
}

function withSource(source: unknown): unknown {
  const message = desired()
  return { ...message, cameras: { x: { ...message.cameras.door, source } } }
}

describe('versions', () => {
  test.each([0, 2, '1', null, undefined])('another major is refused by name (v: %j)', (v) => {
    const error = refusal('up/presence', { v, anything: 'else' })
    expect(error).toMatchObject({ code: 'version', path: '/v' })
    expect(error.message).toContain('up/presence: expected protocol version 1 in "v", received')
  })

  test('a newer major says which end needs the update', () => {
    expect(refusal('dn/desired', { v: 2 }).message).toMatch(/this end is older and needs an update$/)
  })

  test('fields of a later minor are kept in what a box sends', () => {
    const example = { ...(goodExamples('up/presence')[0]!.content as object), later: { field: [1] } }
    expect(decode('up/presence', JSON.stringify(example))).toEqual(example)
  })

  test('a field that this version does not know is refused in dn/desired, so that no setting is lost unseen', () => {
    const error = refusal('dn/desired', { ...desired(), later: true })
    expect(error.path).toBe('/later')
    expect(error.message).toContain('expected no such field, only "v", "rev"')
  })
})

describe('a union tells the fault of the alternative that was meant', () => {
  test('an unknown kind is answered by the list of kinds', () => {
    expect(refusal('dn/desired', withSource({ kind: 'onvif', url: 'x' })).message).toBe(
      'dn/desired: expected one of "rtsp", "file", "http", "v4l2", "test" for /cameras/x/source/kind, received "onvif"'
    )
  })

  test('a known kind is answered by the fault inside it', () => {
    expect(refusal('dn/desired', withSource({ kind: 'v4l2', device: '/dev/sda' })).path).toBe(
      '/cameras/x/source/device'
    )
  })

  test('a closed set lists its values', () => {
    const message = desired()
    const error = refusal('dn/desired', { ...message, analysis: { ...message.analysis, tracker: 7 } })
    expect(error.message).toBe('dn/desired: expected one of "default", "none" for /analysis/tracker, received 7')
  })

  test('a value or null says so', () => {
    const health = goodExamples('up/health')[0]!.content as object
    const { message } = refusal('up/health', { ...health, cpuPercent: 'much' })
    expect(message).toContain('expected a number of at least 0 and at most 100 or null for /cpuPercent')
  })

  test('an event of a known kind is judged as that kind', () => {
    const events = goodExamples('up/events')[0]!.content as { events: object[] }
    const error = refusal('up/events', { ...events, events: [{ ...events.events[1], rev: -1 }] })
    expect(error.message).toContain('expected an integer of at least 0 for /events/0/rev, received -1')
  })
})

describe('no secret is echoed', () => {
  const hidden = 'hunter2@/:x'

  test.each(['password', 'secret', 'sealed', 'token', 'apiToken'])('not the value of a key named %s', (key) => {
    const { message } = refusal('dn/desired', { ...desired(), [key]: hidden })
    expect(message).toContain(`/${key}, received [redacted]`)
    expect(message).not.toContain('hunter2')
  })

  test('not inside a value that is quoted whole', () => {
    const { message } = refusal('dn/desired', { ...desired(), extra: { user: 'u', password: hidden } })
    expect(message).toContain('received {"user":"u","password":"[redacted]"}')
  })

  test('not below a secret key', () => {
    const message = desired()
    const door = { ...message.cameras.door, credential: { revision: 1, sealed: { plain: hidden } } }
    expect(refusal('dn/desired', { ...message, cameras: { door } }).message).not.toContain('hunter2')
  })

  test('not in a URL with user and password', () => {
    const { message } = refusal('dn/desired', withSource({ kind: 'rtsp', url: `rtsp://admin:${hidden}@10.0.0.1/live` }))
    expect(message).toContain('received "rtsp://[redacted]@10.0.0.1/live"')
  })

  test('not in text that is no JSON', () => {
    const { code, message } = refusal('dn/desired', `{"password": "${hidden}", `)
    expect(code).toBe('not-json')
    expect(message).not.toContain('hunter2')
  })
})

describe('payloads', () => {
  test('text that is no JSON is shown, shortened', () => {
    expect(refusal('up/health', `<html>${'x'.repeat(500)}`).message.length).toBeLessThan(150)
  })

  test('bytes that are no UTF-8 are refused', () => {
    expect(() => parse(Uint8Array.of(0x22, 0xff, 0x22), 'up/log')).toThrow('expected JSON in UTF-8')
  })

  test('a desired document over the limit is refused by both ends', () => {
    const message = desired()
    const camera = message.cameras.door!
    for (let i = 0; i < 1000; i++) message.cameras[`camera-${i}`] = camera
    const text = JSON.stringify(message)
    expect(text.length).toBeGreaterThan(DESIRED_LIMIT_BYTES)
    expect(refusal('dn/desired', text).code).toBe('too-large')
    expect(() => encode('dn/desired', message)).toThrow(`at most ${DESIRED_LIMIT_BYTES} bytes`)
  })

  test('a box that says megabytes at once is refused before they are parsed', () => {
    const error = refusal('up/health', `{"v":1,"at":"${'x'.repeat(UP_LIMIT_BYTES)}"}`)
    expect(error.message).toMatch(/^up\/health: expected at most 2097152 bytes, received \d{7}$/)
  })

  test('what is nested too deep to be written again is refused, braces in texts are not counted', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const message = 'up/log: expected at most 64 levels of nesting, received more'
    expect(refusal('up/log', `{"v":1,"lines":${deep}}`).message).toBe(message)
    expect(refusal('up/tracks', `{"v":1,"tracks":${deep}}`).message).toBe(message.replace('log', 'tracks'))
    const lines = [{ at: '2026-11-21T12:00:00.000Z', level: 'info', message: `\\"${'[{'.repeat(100)}\\` }]
    expect(decode('up/log', JSON.stringify({ v: 1, lines }))).toEqual({ v: 1, lines })
  })

  test.each(['null', '[]', '7', '"v"', '{}'])('%s is not a message', (text) => {
    expect(refusal('dn/watch', text).code).toBe('version')
  })
})

describe('JSON Schema', () => {
  const script = fileURLToPath(new URL('./print_schema.ts', import.meta.url))

  test.each(schemaNames())('%s is a plain JSON document with a name', (name) => {
    const schema = jsonSchema(name)
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
    expect(schema).toMatchObject({ $id: `urn:vedette:v1:${name}`, type: 'object', properties: { v: { const: 1 } } })
  })

  test('is printed by the script', () => {
    const { stdout, status } = spawnSync(process.execPath, [script, 'dn/desired'], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual(jsonSchema('dn/desired'))
  })

  test('asked for an unknown channel, the script lists the known ones', () => {
    const { stderr, status } = spawnSync(process.execPath, [script, 'up/frames'], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain('expected one of up/presence')
  })
})
