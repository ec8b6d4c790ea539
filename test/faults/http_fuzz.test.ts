/**
 * Thousands of random and hostile requests at every route that a box describes. The seed is in the test's name; run one
 * again with VEDETTE_FUZZ_SEED.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { filmPictures } from '../world/film_picture.ts'
import { startLoneBox } from '../world/lone_box.ts'
import { type Operation, operationsOf } from '../world/openapi.ts'
import { eventually } from '../world/wait.ts'

const SEED = Number(process.env.VEDETTE_FUZZ_SEED ?? Math.floor(Math.random() * 1e9))
const REQUESTS = Number(process.env.VEDETTE_FUZZ_REQUESTS ?? 4000)
const AT_ONCE = 24
const ANSWER_LIMIT_MS = 20_000

test(`no request brings down the box, whatever it is (seed ${SEED})`, { timeout: 600_000, retry: 0 }, async () => {
  const lone = await startLoneBox({
    // The camera that paths name: what a route does with one that is there is asked as well.
    cameras: { door: { name: 'Front door', source: { kind: 'test', fps: 5 } } },
    http: { port: 0, images: { maxWaiting: 64, maxBytes: 200_000 } }
  })
  onTestFinished(() => lone.stop())
  const port = Number(new URL(lone.url).port)
  await eventually('a picture of the door', 60_000, () => isLive(lone.url))
  const operations = await operationsOf(lone.url)
  const fuzz = new Fuzz(random(SEED), operations, (await filmPictures(1))[0]!)
  const wrong: string[] = []

  const volley = async (count: number) => {
    let left = count
    const one = async () => {
      while (left-- > 0) {
        const { text, allowed } = fuzz.request()
        const status = await answerTo(port, text)
        if (status !== null && status >= 500 && !allowed.includes(String(status)))
          wrong.push(`${status} to ${JSON.stringify(text.subarray(0, 300).toString('latin1'))}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, one))
  }

  // What is loaded at the first use of it is no growth.
  await volley(REQUESTS / 4)
  await clear(lone.url)
  const before = footprint(lone.box.process.pid)
  await volley(REQUESTS)
  await clear(lone.url)
  expect(wrong.slice(0, 10)).toEqual([])
  // The camera has lived through it, too.
  await eventually('a picture of the door', 60_000, () => isLive(lone.url))
  expect(lone.box.process.hasExited).toBe(false)
  expect(lone.box.process.lines.filter((line) => /process that looks at pictures (was|ended)/.test(line))).toEqual([])
  await expect
    .poll(() => footprint(lone.box.process.pid).descriptors, { timeout: 30_000 })
    .toBeLessThanOrEqual(before.descriptors + 4)
  expect(footprint(lone.box.process.pid).rss).toBeLessThan(before.rss + 96 * 1024 * 1024)
})

async function isLive(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/sources/door/snapshot?width=64`)
  return answer.status === 200 && answer.headers.get('content-type') === 'image/jpeg'
}

/** Streams that a lucky request has started. */
async function clear(url: string): Promise<void> {
  const { sources } = (await (await fetch(`${url}/v1/sources`)).json()) as { sources: { id: string; origin: string }[] }
  for (const { id } of sources.filter(({ origin }) => origin === 'api'))
    await fetch(`${url}/v1/sources/${id}`, { method: 'DELETE' })
}

class Fuzz {
  readonly #random: () => number
  readonly #operations: Operation[]
  readonly #picture: Buffer

  constructor(random: () => number, operations: Operation[], picture: Buffer) {
    this.#random = random
    this.#operations = operations
    this.#picture = picture
  }

  /** The bytes of a request, and which statuses its route documents. */
  request(): { text: Buffer; allowed: string[] } {
    const operation = this.#one(this.#operations)
    const method = this.#chance(0.75)
      ? operation.method
      : this.#one(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW'])
    const path = this.#path(operation.path)
    const body = method === 'GET' || method === 'HEAD' ? null : this.#body(operation)
    const length =
      body === null
        ? null
        : this.#chance(0.9)
          ? String(body.bytes.length)
          : this.#one(['0', '5', '-1', '99999999', 'many', String(body.bytes.length + 7)])
    const headers = [
      `host: ${this.#chance(0.95) ? '127.0.0.1' : this.#word()}`,
      ...(this.#chance(0.15) && operation.isSocket
        ? [
            'connection: upgrade',
            'upgrade: websocket',
            'sec-websocket-version: 13',
            `sec-websocket-key: ${this.#one(['dGhlIHNhbXBsZSBub25jZQ==', 'x', ''])}`
          ]
        : ['connection: close']),
      ...(body === null ? [] : [`content-type: ${body.type}`, `content-length: ${length}`]),
      ...(this.#chance(0.1)
        ? [`origin: ${this.#one(['http://127.0.0.1', 'https://evil.example', 'null', this.#word()])}`]
        : []),
      ...(this.#chance(0.1) ? [`authorization: ${this.#one(['Bearer', 'Bearer x', 'Basic eDp5', this.#word()])}`] : []),
      ...(this.#chance(0.1) ? [`accept: ${this.#one(['text/event-stream', 'image/png', '*/*', this.#word()])}`] : []),
      ...(this.#chance(0.05) ? [`cookie: vedette_box_session=${this.#word()}`] : []),
      ...(this.#chance(0.03) ? [`x-${'y'.repeat(this.#upTo(9000))}: z`] : [])
    ]
    const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1')
    const text = body === null ? head : Buffer.concat([head, body.bytes])
    const cut = this.#chance(0.05) ? text.subarray(0, this.#upTo(text.length)) : text
    return { text: cut, allowed: Object.keys(operation.responses) }
  }

  #path(path: string): string {
    const filled = path.replace(/\{\w+\}/g, () => (this.#chance(0.3) ? 'door' : encodeURIComponent(this.#word())))
    const odd = this.#chance(0.05)
      ? filled + this.#one(['/', '//', '/..%2f..%2fetc%2fpasswd', '%00', '%', '?%', '#x'])
      : filled
    if (this.#chance(0.6)) return odd
    const names = [
      'detailed',
      'annotate',
      'format',
      'width',
      'fps',
      'limit',
      'held',
      'before',
      'source',
      '__proto__',
      'constructor',
      this.#word()
    ]
    const pairs = Array.from(
      { length: 1 + this.#upTo(3) },
      () => `${encodeURIComponent(this.#one(names))}=${encodeURIComponent(this.#value())}`
    )
    return `${odd}?${pairs.join('&')}`
  }

  #body({ isForm }: Operation): { type: string; bytes: Buffer } {
    if (this.#chance(isForm ? 0.8 : 0.15)) return this.#form()
    const json = this.#chance(0.8)
    const text = json ? JSON.stringify(this.#json(0)) : this.#word().repeat(1 + this.#upTo(20))
    const bytes = Buffer.from(this.#chance(0.1) ? text.slice(0, this.#upTo(text.length)) : text)
    return {
      type: this.#one([
        'application/json',
        'application/json',
        'text/plain',
        'application/json; charset=utf-16',
        'x',
        ''
      ]),
      bytes
    }
  }

  #form(): { type: string; bytes: Buffer } {
    const boundary = this.#one(['b', '----x', 'a b', 'q'.repeat(60)])
    const parts = Array.from({ length: this.#upTo(4) }, () => {
      const name = this.#one(['file', 'file', 'other', '', '__proto__', this.#word()])
      const file = this.#chance(0.85)
        ? `; filename="${this.#one(['a.jpg', '../../etc/passwd', '', this.#word()])}"`
        : ''
      const head = `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${this.#chance(0.5) ? 'content-type: image/jpeg\r\n' : ''}\r\n`
      return Buffer.concat([Buffer.from(head, 'latin1'), this.#image(), Buffer.from('\r\n')])
    })
    const bytes = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
    const cut = this.#chance(0.25) ? bytes.subarray(0, this.#upTo(bytes.length)) : bytes
    return { type: `multipart/form-data; boundary=${this.#chance(0.9) ? boundary : this.#word()}`, bytes: cut }
  }

  /** A picture, most often with something wrong in it. */
  #image(): Buffer {
    const kind = this.#upTo(6)
    if (kind === 0) return this.#picture
    if (kind === 1) return this.#picture.subarray(0, this.#upTo(this.#picture.length))
    if (kind === 2) {
      const bent = Buffer.from(this.#picture)
      for (let i = 0; i < 20; i++) bent[this.#upTo(bent.length - 1)] = this.#upTo(255)
      return bent
    }
    if (kind === 3) return Buffer.concat([Buffer.from('BM'), this.#bytes(80)])
    if (kind === 4) return Buffer.concat([Buffer.from('RIFF____WEBPVP8 '), this.#bytes(200)])
    if (kind === 5)
      return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), this.#bytes(200)])
    return Buffer.alloc(this.#upTo(250_000), 65)
  }

  #json(depth: number): unknown {
    const kind = this.#upTo(depth > 2 ? 5 : 8)
    if (kind > 5) {
      const keys = [
        'url',
        'token',
        'name',
        'user',
        'password',
        'transport',
        'maxFps',
        'minConfidence',
        'strategies',
        '__proto__',
        this.#word()
      ]
      return Object.fromEntries(Array.from({ length: this.#upTo(4) }, () => [this.#one(keys), this.#json(depth + 1)]))
    }
    if (kind === 5) return Array.from({ length: this.#upTo(4) }, () => this.#json(depth + 1))
    return this.#one([
      null,
      true,
      -1,
      1e308,
      '',
      this.#word(),
      'rtsp://127.0.0.1:9/x',
      'file:///etc/passwd',
      'http://[::1',
      'test:',
      'rtsp://u:p@/'
    ])
  }

  #value(): string {
    return this.#one([
      '1',
      'true',
      '',
      '-1',
      '1e9',
      'NaN',
      'sse',
      'door',
      '99999999999999999999',
      this.#word(),
      'x'.repeat(this.#upTo(3000))
    ])
  }

  #word(): string {
    return this.#bytes(1 + this.#upTo(12))
      .toString('latin1')
      .replace(/[\r\n\0]/g, '~')
  }

  #bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.#upTo(255)))
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#upTo(choices.length - 1)]!
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  /** 0 … most */
  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1))
  }
}

/** Null when it ends the connection without an answer, or its answer has no end. */
function answerTo(port: number, request: Buffer): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const done = (status: number | null) => {
      clearTimeout(limit)
      socket.destroy()
      resolve(status)
    }
    const limit = setTimeout(() => {
      socket.destroy()
      reject(
        new Error(
          `expected an answer within ${ANSWER_LIMIT_MS} ms to ${JSON.stringify(request.toString('latin1').slice(0, 300))}`
        )
      )
    }, ANSWER_LIMIT_MS)
    socket.on('data', (data) => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1'))?.[1]
      done(status === undefined ? null : Number(status))
    })
    socket.on('close', () => done(null))
    socket.on('error', () => done(null))
    // Whoever sends half a request goes on sending nothing: the end of what there is tells the box.
    socket.end(request)
  })
}

function footprint(pid: number): { rss: number; descriptors: number } {
  const [, pages = ''] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
  return { rss: Number(pages) * 4096, descriptors: readdirSync(`/proc/${pid}/fd`).length }
}

/** Mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
