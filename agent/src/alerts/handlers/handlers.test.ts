import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { SMTPServer } from 'smtp-server'
import { expect, onTestFinished, test } from 'vitest'
import { Publisher } from '../../uplink/publisher.ts'
import { startBroker } from '../../uplink/testing/broker.ts'
import { startModule } from '../../user_module/testing/modules.ts'
import type { Alert } from '../alert.ts'
import { type AlertHandler, type Delivered, RefusedAlert } from '../alert_handler.ts'
import { drawAlert } from '../picture_drawing.ts'
import { alertOf } from '../testing/alerts.ts'
import { consoleHandler } from './console.ts'
import { emailHandler } from './email.ts'
import { FileHandler, type FileOptions } from './file.ts'
import { moduleHandler } from './module.ts'
import { mqttHandler } from './mqtt.ts'
import { slackHandler } from './slack.ts'
import { type WebhookOptions, webhookHandler } from './webhook.ts'

const picture = new Uint8Array([0xff, 0xd8, 1, 2, 3])
const deliveredOf = (more: Partial<Delivered> = {}): Delivered => ({
  ...alertOf({ id: '01ALERT' }),
  picture: null,
  ...more
})
const signal = AbortSignal.timeout(60_000)
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'handlers-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

async function listen(
  handle: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  tls?: object
) {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handle(request, Buffer.concat(chunks).toString(), response))
  }
  const server = (tls ? createTlsServer(tls, listener) : createServer(listener)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const webhook = (url: string, more: Partial<WebhookOptions> = {}) =>
  webhookHandler({
    ...{ name: 'webhook', minSeverity: 'debug', from: 'settings', secret: null, caFile: null, timeoutMs: 20_000 },
    ...{ takesPicture: true, url, ...more }
  })

test('a webhook is signed, says its idempotency key, and carries the picture', async () => {
  const got: { headers: IncomingMessage['headers']; body: string }[] = []
  const port = await listen(({ headers }, body, response) => {
    got.push({ headers, body })
    response.end('ok')
  })
  const secret = `whsec_${Buffer.from('a key').toString('base64')}`
  await webhook(`http://127.0.0.1:${port}/x`, { secret }).handle(deliveredOf({ picture }), signal)
  const [{ headers, body }] = got as [(typeof got)[0]]
  expect(headers).toMatchObject({
    'webhook-id': '01ALERT',
    'idempotency-key': '01ALERT',
    'content-type': 'application/json'
  })
  const signed = createHmac('sha256', 'a key')
    .update(`01ALERT.${headers['webhook-timestamp']}.${body}`)
    .digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${signed}`)
  const sent = JSON.parse(body)
  expect(sent).toMatchObject({ v: 1, id: '01ALERT', camera: { id: 'door' }, rule: { id: 'gate' }, severity: 'warning' })
  expect(Buffer.from(sent.picture.base64, 'base64')).toEqual(Buffer.from(picture))
})

test.each([
  [500, {}, { name: 'ComeAgain', afterMs: 0 }],
  [503, { 'retry-after': '7' }, { name: 'ComeAgain', afterMs: 7000 }],
  [429, { 'retry-after': 'nonsense' }, { name: 'ComeAgain', afterMs: 0 }],
  [401, {}, { name: 'ComeAgain', message: expect.stringContaining('does not let this box in') }],
  [404, {}, { name: 'RefusedAlert', message: expect.stringContaining('there is no such receiver') }],
  [400, {}, { name: 'RefusedAlert' }],
  [302, { location: '/elsewhere' }, { name: 'RefusedAlert' }],
  [
    307,
    { location: 'http://198.51.100.1/' },
    { name: 'RefusedAlert', message: expect.stringContaining('where alerts are not sent') }
  ],
  [308, { location: '/for/ever' }, { name: 'RefusedAlert', message: expect.stringContaining('more than 3 times') }]
])('a webhook that answers %i %j', async (status, headers, error) => {
  const port = await listen((_, __, response) => void response.writeHead(status, headers).end())
  await expect(webhook(`http://127.0.0.1:${port}/x`).handle(deliveredOf(), signal)).rejects.toMatchObject(error)
})

test('a webhook follows a redirect within its own origin, and an answer without end is not read', async () => {
  const port = await listen(({ url }, _, response) => {
    if (url === '/old') response.writeHead(308, { location: '/new' }).end()
    else {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
    }
  })
  await webhook(`http://127.0.0.1:${port}/old`).handle(deliveredOf(), signal)
})

test('a webhook that is silent, closed or nameless is told in words', async () => {
  const port = await listen(() => undefined)
  const silent = webhook(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }).handle(deliveredOf(), signal)
  await expect(silent).rejects.toThrow(`127.0.0.1:${port} did not answer within 0.1 s`)
  await expect(webhook('http://127.0.0.1:1/').handle(deliveredOf(), signal)).rejects.toThrow(
    'nothing listens at 127.0.0.1:1'
  )
})

test.each([
  ['http://169.254.169.254/latest/meta-data/', 'settings'],
  ['http://[fe80::1]/', 'settings'],
  ['http://127.0.0.1:8000/', 'console'],
  ['http://localhost:8000/', 'console'],
  ['http://[::1]/', 'console'],
  ['http://0.0.0.0/', 'console'],
  ['http://2130706433/', 'console'],
  ['http://[::ffff:127.0.0.1]/', 'console'],
  ['http://[::ffff:169.254.169.254]/', 'settings']
] as const)('nothing is sent to %s of the %s', async (url, from) => {
  await expect(webhook(url, { from }).handle(deliveredOf(), signal)).rejects.toBeInstanceOf(RefusedAlert)
})

test('a receiver with a certificate of its own authority is trusted by that authority alone', async () => {
  const folder = makeFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore'
  })
  const port = await listen((_, __, response) => void response.end(), {
    key: readFileSync(key),
    cert: readFileSync(cert)
  })
  const url = `https://localhost:${port}/`
  await expect(webhook(url).handle(deliveredOf(), signal)).rejects.toThrow('Put its authority')
  await webhook(url, { caFile: cert }).handle(deliveredOf(), signal)
})

test('Slack gets words, with its signs escaped', async () => {
  const bodies: string[] = []
  const port = await listen((_, body, response) => {
    bodies.push(body)
    response.end('ok')
  })
  const handler = slackHandler({
    ...{
      name: 'slack',
      minSeverity: 'debug',
      url: `http://127.0.0.1:${port}/`,
      from: 'settings',
      caFile: null,
      timeoutMs: 20_000
    }
  })
  const grouped: Alert['grouped'] = [{ id: '2', at: '', severity: 'info', message: 'another' }]
  await handler.handle(
    deliveredOf({ message: '<!channel> & more', grouped, groupedCount: 1, heldBack: { throttle: 30, burst: 11 } }),
    signal
  )
  const { text } = JSON.parse(bodies[0]!)
  expect(text).toContain('*&lt;!channel&gt; &amp; more*\n• another')
  expect(text).toContain('41 held back (cooldown 30, burst 11)')
})

test('the process log gets one line at the level of the alert', async () => {
  const lines: unknown[] = []
  const handler = consoleHandler({ name: 'console', minSeverity: 'debug', write: (...line) => lines.push(line) })
  await handler.handle(deliveredOf({ severity: 'error', heldBack: { throttle: 2 } }), signal)
  expect(lines).toMatchObject([
    ['error', 'alert: door: person crossed “gate”', { alert: '01ALERT', held: '2 held back (cooldown 2)' }]
  ])
})

function fileHandler(more: Partial<FileOptions> = {}) {
  const file = join(makeFolder(), 'deep', 'alerts.log')
  const options: FileOptions = {
    ...{ name: 'file', minSeverity: 'debug', file, maxBytes: 1e6, maxAgeMs: 1e12, keep: 2, sync: 'each' },
    ...more
  }
  const handler: AlertHandler = new FileHandler(options)
  onTestFinished(() => handler.stop?.())
  return { file, handler, options }
}
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id)

test('the file begins anew when it is large, and so many older ones stay', async () => {
  const { file, handler } = fileHandler({ maxBytes: 1500 })
  for (let i = 0; i < 12; i++) await handler.handle(deliveredOf({ id: String(i) }), signal)
  const all = [`${file}.2`, `${file}.1`, file].flatMap(linesOf)
  expect(all).toEqual(Array.from({ length: 12 }, (_, i) => String(i)).slice(-all.length))
  expect(all.length).toBeLessThan(12)
  expect(existsSync(`${file}.3`)).toBe(false)
})

test('the file begins anew when it is old', async () => {
  let nowMs = Date.now()
  const { file, handler } = fileHandler({ maxAgeMs: 1000, now: () => nowMs })
  await handler.handle(deliveredOf({ id: 'old' }), signal)
  nowMs += 60_000
  await handler.handle(deliveredOf({ id: 'new' }), signal)
  expect([linesOf(`${file}.1`), linesOf(file)]).toEqual([['old'], ['new']])
})

test('a line that a crash cut off does not spoil the next one', async () => {
  const { file, handler, options } = fileHandler()
  await handler.handle(deliveredOf({ id: 'first' }), signal)
  await handler.stop?.()
  writeFileSync(file, '{"v":1,"id":"cut', { flag: 'a' })
  const next: AlertHandler = new FileHandler(options)
  await next.handle(deliveredOf({ id: 'cut' }), signal)
  await next.stop?.()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ id: 'cut' })
  expect(lines).toHaveLength(3)
})

test('a file that cannot be written says so', async () => {
  const { file, options } = fileHandler()
  const blocker = join(dirname(dirname(file)), 'blocker')
  writeFileSync(blocker, '')
  const handler: AlertHandler = new FileHandler({ ...options, file: join(blocker, 'alerts.log') })
  await expect(handler.handle(deliveredOf(), signal)).rejects.toThrow('blocker/alerts.log cannot be written')
})

test('MQTT: the alert on a topic of its own, acknowledged by the broker; again when the broker is back', async () => {
  const broker = await startBroker({ secret: 'pass' })
  const publisher = new Publisher({
    url: broker.url,
    user: 'me',
    password: 'pass',
    caFile: null,
    clientId: 'box',
    timeoutMs: 20_000
  })
  const handler = mqttHandler({
    ...{ name: 'mqtt', minSeverity: 'debug', takesPicture: true, publisher },
    topic: 'vedette/v1/{box}/up/preview/{camera}'
  })
  onTestFinished(() => handler.stop?.())
  await handler.handle(deliveredOf(), signal)
  expect(JSON.parse(String(broker.published[0]?.payload))).toMatchObject({ v: 1, id: '01ALERT' })
  broker.cut()
  await expect
    .poll(
      () =>
        handler.handle(deliveredOf({ id: 'next' }), signal).then(
          () => true,
          () => false
        ),
      { timeout: 20_000 }
    )
    .toBe(true)
  await broker.stop()
  await expect(handler.handle(deliveredOf(), signal)).rejects.toThrow()
})

test('e-mail: words and picture arrive, with an id of the alert; a refused address is given up, a wrong password is not', async () => {
  const mails: string[] = []
  const server = new SMTPServer({
    ...{ authOptional: false, allowInsecureAuth: true, hideSTARTTLS: true, logger: false },
    onAuth: ({ password }, _, done) => (password === 'right' ? done(null, { user: 'me' }) : done(new Error('no'))),
    onRcptTo: ({ address }, _, done) =>
      address.startsWith('nobody') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
    onData(stream, _, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk
      })
      stream.on('end', () => {
        mails.push(text)
        done()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.server.address() as AddressInfo
  const mail = (more: { password?: string; to?: string[] } = {}) =>
    emailHandler({
      ...{
        name: 'email',
        minSeverity: 'debug',
        takesPicture: true,
        host: '127.0.0.1',
        port,
        security: 'none',
        user: 'me'
      },
      ...{
        password: 'right',
        from: 'box@example.com',
        to: ['ops@example.com'],
        caFile: null,
        timeoutMs: 20_000,
        ...more
      }
    }).handle(deliveredOf({ picture, message: 'Door: person\r\nBcc: evil@example.com' }), signal)
  await mail()
  expect(mails[0]).toMatch(/^Message-ID: <01ALERT@box-1.vedette>/im)
  expect(mails[0]).toMatch(/^Subject: Warning: Door: person Bcc: evil@example.com\r?$/im)
  expect(mails[0]?.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m)
  expect(mails[0]).toContain(Buffer.from(picture).toString('base64'))
  await expect(mail({ to: ['nobody@example.com'] })).rejects.toBeInstanceOf(RefusedAlert)
  const wrong = await mail({ password: 'wrong' }).catch((error: Error) => error)
  expect(wrong).not.toBeInstanceOf(RefusedAlert)
  expect(String(wrong)).toContain('does not take the user and password')
})

test("a user's module gets the alert and its picture, and its error is the handler's", async () => {
  const { module } = startModule(
    `export default class {
       handle(alert) { if (alert.severity === 'error') throw new Error('no ' + alert.picture.length); console.log('got', alert.id) }
     }`,
    { needs: ['handle'] }
  )
  const handler = moduleHandler({
    name: 'mine',
    minSeverity: 'debug',
    takesPicture: true,
    module: { start() {}, stop: () => module.stop(), call: (...args) => module.call(...args) }
  })
  await handler.handle(deliveredOf(), signal)
  await expect(handler.handle(deliveredOf({ severity: 'error', picture }), signal)).rejects.toThrow('no 5')
})

test("the example of a handler of one's own tells a chat, and the alert comes again when the chat fails", async () => {
  const told: string[] = []
  const port = await listen((request, body, response) => {
    told.push(`${request.headers['idempotency-key']} ${body}`)
    response.writeHead(told.length === 1 ? 503 : 204).end()
  })
  const { module } = startModule('', {
    path: fileURLToPath(new URL('../../../../configs/alert_handlers/chat.ts', import.meta.url)),
    ...{ export: 'Chat', config: { url: `http://127.0.0.1:${port}/hook` }, needs: ['handle'] }
  })
  const handler = moduleHandler({
    ...{ name: 'chat', minSeverity: 'debug', takesPicture: false },
    module: { start() {}, stop: () => module.stop(), call: (...args) => module.call(...args) }
  })
  const alert = deliveredOf()
  await expect(handler.handle(alert, signal)).rejects.toThrow('the chat answered 503')
  await handler.handle(alert, signal)
  const message = JSON.stringify({ msgtype: 'text', text: `${alert.severity}: ${alert.message}` })
  expect(told).toEqual([`01ALERT ${message}`, `01ALERT ${message}`])
})

test('the picture shows the box where the object is, and stays small', async () => {
  const grey = { width: 1920, height: 1080, channels: 3 as const, background: '#808080' }
  const jpeg = await sharp({ create: grey }).jpeg().toBuffer()
  const drawn = await drawAlert(jpeg, {
    ...alertOf(),
    bounds: [0.25, 0.25, 0.5, 0.5],
    severity: 'error',
    label: '<b>&"'
  })
  const { data, info } = await sharp(drawn!).raw().toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject({ width: 1280, height: 720 })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
  const [red, green, blue] = at(320, 400) as [number, number, number]
  expect(red).toBeGreaterThan(180)
  expect(Math.max(green, blue)).toBeLessThan(130)
  for (const value of at(640, 360)) expect(Math.abs(value - 128)).toBeLessThan(6)
})
