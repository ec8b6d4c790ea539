import { randomBytes, randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'
import { Redaction, redact } from './redaction.ts'

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
const UNICODE = 'äößÆ€漢字🔑é'
const pick = (from: string, length: number) =>
  Array.from({ length }, () => [...from][randomInt([...from].length)]).join('')

/** Of every kind that people set. */
function passwords(): string[] {
  const random = Array.from({ length: 60 }, () => pick(ASCII, randomInt(4, 20)))
  const unicode = Array.from({ length: 20 }, () => pick(ASCII + UNICODE.repeat(5), randomInt(4, 12)))
  const percent = ['%41%42%43', '100%sure', '%%%%%', '%2F..%2f', 'a%00b%']
  const words = ['pass', 'camera', 'port', 'admin', 'rtsp', 'time', 'level', '1234', '2026', 'user-pw']
  const short = ['', 'a', '1', '%', '"', '\\', 'ab', '://', ' ']
  return [...random, ...unicode, ...percent, ...words, ...short, randomBytes(40).toString('base64')]
}

/** As GLib writes strings in debug output: g_strescape. */
function strescape(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      if (char === '"' || char === '\\') return `\\${char}`
      return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : char
    })
    .join('')
}

/** Where credentials stand in what GStreamer, libsoup and URLs write. */
const PLACES: ((password: string) => string)[] = [
  (password) => `rtspsrc0: opening rtsp://admin:${encodeURIComponent(password)}@10.0.0.1:554/live failed`,
  (password) => `<rtspsrc1> user-id="root", user-pw="${strescape(password)}", latency=200`,
  (password) => `label="GstRTSPSrc\\nrtspsrc0\\nuser-pw=${strescape(`"${strescape(password)}"`)}\\nlatency=200"`,
  (password) => `> Authorization: Basic ${Buffer.from(`admin:${password}`).toString('base64')}`,
  (password) => `application/x-rtsp, user-pw=(string)"${strescape(password)}", port=554;`,
  (password) => `{"user":"admin","password":${JSON.stringify(password)},"a":1}`
]

test('what stands where credentials stand is the same text for every password', () => {
  for (const place of PLACES) {
    const hidden = redact(place('hunter2'))
    expect(hidden).toContain('[redacted]')
    expect(hidden).not.toContain('hunter2')
    for (const password of passwords()) expect(redact(place(password)), JSON.stringify(password)).toBe(hidden)
  }
})

test('a known password of four signs or more is hidden wherever and however it is written', () => {
  for (const password of passwords().filter((one) => one.trim().length >= 4 && !/^[\p{L}\p{N}-]+$/u.test(one))) {
    const redaction = new Redaction()
    redaction.add({ secret: password, user: 'admin' })
    const forms = [password, encodeURIComponent(password), strescape(password), JSON.stringify(password).slice(1, -1)]
    for (const form of forms) expect(redaction.clean(`it said ${form}!`), password).not.toContain(form)
    const basic = Buffer.from(`admin:${password}`).toString('base64')
    expect(redaction.clean(`sent ${basic} to it`)).not.toContain(basic)
  }
})

test('a password that is a word is hidden where it stands alone, and spelt out nowhere', () => {
  const redaction = new Redaction()
  for (const secret of ['pass', 'hunter2', 'ab', '']) redaction.add({ secret, user: 'admin' })
  expect(redaction.clean('Edit the password, passing "pass" and hunter2 to abacus')).toBe(
    'Edit the password, passing "[redacted]" and [redacted] to abacus'
  )
})

test('a line of the log stays a line of the log, whatever the passwords are', () => {
  for (const password of passwords()) {
    const lines: string[] = []
    const { log, redact: hide, listen } = createLog({ level: 'info', write: (line) => lines.push(line) })
    const heard: { at: string; level: string; message: string }[] = []
    listen((line) => heard.push(line))
    hide(password, 'admin')
    log.info({ camera: 'door', url: `rtsp://admin:${encodeURIComponent(password)}@h/` }, 'camera at port 554')
    const line = JSON.parse(lines[0]!) as Record<string, unknown>
    expect(line).toMatchObject({ level: 30, url: expect.stringMatching(/:\/\/\[redacted\]@h\/$/) })
    expect(heard[0]).toMatchObject({ level: 'info', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) })
  }
})

test('leaves an ordinary line as it is', () => {
  const line = 'vdinfer gstvdinfer.cc:120: model.onnx: 3 of 4 outputs used, http://127.0.0.1:80/x'
  expect(redact(line)).toBe(line)
})
