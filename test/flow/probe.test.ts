// `vedette probe` as a person types it, against cameras that work and cameras that do not.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { VEDETTE } from '../world/programs.ts'

const PASSWORD = 'geheim/p@ss'

interface Finding {
  check: string
  state: string
  found: string
  remedy: string | null
}

interface Report {
  state: string
  findings: Finding[]
  /** Of a camera of the settings. */
  streams?: { stream: string; url: string; findings: Finding[] }[]
}

async function probe(args: string[], password?: string) {
  const child = spawn(process.execPath, [VEDETTE, 'probe', ...args, '--json'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, VEDETTE_PROBE_PASSWORD: undefined }
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.end(password ?? '')
  const exited = once(child, 'exit')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await exited) as [number | null]
  const report = out === '' ? null : (JSON.parse(out) as Report)
  return { code, out, err, report, of: (check: string) => report?.findings.find((finding) => finding.check === check) }
}

test('a camera that works is described, measured and played', async () => {
  const cameras = await startCameras({ auth: `viewer:${PASSWORD}`, mounts: [{ name: 'path', film: FOOTAGE }] })
  onTestFinished(() => cameras.stop())
  const { code, out, of } = await probe(
    [cameras.url('path'), '--user', 'viewer', '--password-stdin', '--seconds', '6'],
    `${PASSWORD}\n`
  )
  expect([code, out]).toEqual([0, expect.not.stringContaining('geheim')])
  expect(of('authentication')).toMatchObject({ state: 'warning', found: expect.stringContaining('Basic') })
  expect(of('codec')).toMatchObject({ state: 'ok', found: 'H.264' })
  expect(of('keyframe interval')).toMatchObject({ state: 'ok', found: '1.0 s' })
  expect(of('frame rate')).toMatchObject({ state: 'ok', found: expect.stringMatching(/^(9|10)\.\d/) })
  expect(of('clock offset')).toMatchObject({ state: 'ok' })
  expect(of('transport UDP')).toMatchObject({ state: 'ok' })
  expect(of('first picture')).toMatchObject({ state: 'ok' })
  expect(of('resolution')).toMatchObject({ found: '768x576, h264' })
})

test('of a camera in the settings both streams are looked at, with the password that stands there', async () => {
  const mounts = ['main', 'sub'].map((name) => ({ name, film: FOOTAGE }))
  const cameras = await startCameras({ auth: `viewer:${PASSWORD}`, mounts })
  onTestFinished(() => cameras.stop())
  const directory = mkdtempSync(join(tmpdir(), 'vedette-probe-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const config = join(directory, 'box.yaml')
  const source = { kind: 'rtsp', url: cameras.url('main'), detectUrl: cameras.url('sub') }
  const door = { source, user: 'viewer', password: PASSWORD }
  writeFileSync(config, JSON.stringify({ box: { id: 'gate' }, dataDir: './data', cameras: { door } }))
  const { code, out, report, of } = await probe(['door', '--config', config, '--seconds', '2'])
  expect([code, out]).toEqual([0, expect.not.stringContaining('geheim')])
  expect(report?.streams?.map(({ stream, url }) => [stream, url])).toEqual([
    ['main', source.url],
    ['detection', source.detectUrl]
  ])
  for (const { findings } of report?.streams ?? [])
    expect(findings).toContainEqual(expect.objectContaining({ check: 'first picture', state: 'ok' }))
  // Both are of the same film.
  expect(of('sizes')).toMatchObject({ state: 'warning', found: 'main 768x576, for detection 768x576' })
  const lost = await probe(['yard', '--config', config])
  expect([lost.code, lost.err]).toEqual([1, expect.stringContaining('received "yard"; in its settings: door')])
  expect((await probe(['door', '--config', config, '--user', 'x'])).code).toBe(2)
})

test('a wrong password, a wrong path and no password each have a remedy of their own', async () => {
  const cameras = await startCameras({ auth: `viewer:${PASSWORD}`, mounts: [{ name: 'path', film: FOOTAGE }] })
  onTestFinished(() => cameras.stop())
  const url = cameras.url('path')
  const wrong = await probe([url.replace('://', '://viewer:wrong@')])
  expect(wrong.code).toBe(1)
  expect(wrong.of('authentication')).toMatchObject({ state: 'wrong', found: expect.stringContaining('refused') })
  const none = await probe([url])
  expect(none.of('authentication')?.remedy).toContain('--user')
  const lost = await probe([`${url}x`.replace('://', `://viewer:${encodeURIComponent(PASSWORD)}@`)])
  expect(lost.of('DESCRIBE')).toMatchObject({ state: 'wrong', remedy: expect.stringContaining('path') })
})

test('a camera without keyframes is told for what it is', async () => {
  const cameras = await startCameras({ mounts: [{ name: 'path', film: FOOTAGE, script: 'nokeyframe' }] })
  onTestFinished(() => cameras.stop())
  const { code, of } = await probe([cameras.url('path'), '--seconds', '3'])
  expect(code).toBe(1)
  expect(of('keyframe interval')).toMatchObject({ state: 'wrong', found: expect.stringContaining('none within') })
  expect(of('first picture')).toMatchObject({ state: 'wrong', found: expect.stringContaining('no keyframe') })
})

/** A server of our own, which answers each request as told. */
async function serve(answer: (request: string, socket: Socket) => string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    let waiting = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      waiting += chunk
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        socket.write(answer(waiting.slice(0, end), socket), 'latin1')
        waiting = waiting.slice(end + 4)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answerTo = (request: string, status: string, headers = '') =>
  `RTSP/1.0 ${status}\r\nCSeq: ${/CSeq: (\d+)/.exec(request)?.[1]}\r\n${headers}\r\n`

test('Digest is answered, and a camera with no room says so', async () => {
  const md5 = (words: string) => createHash('md5').update(words).digest('hex')
  const host = await serve((request) => {
    const [, method = '', uri = ''] = /^(\w+) (\S+)/.exec(request) ?? []
    if (method === 'OPTIONS') return answerTo(request, '200 OK', 'Public: DESCRIBE\r\n')
    const given = /response="(\w+)"/.exec(request)?.[1]
    const right = md5(`${md5('viewer:cam:right')}:n1:${md5(`${method}:${uri}`)}`)
    return given === right
      ? answerTo(request, '453 Not Enough Bandwidth')
      : answerTo(request, '401 Unauthorized', 'WWW-Authenticate: Digest realm="cam", nonce="n1"\r\n')
  })
  const full = await probe([`rtsp://viewer:right@${host}/1`])
  expect(full.of('DESCRIBE')).toMatchObject({ state: 'wrong', remedy: expect.stringContaining('viewers') })
  const refused = await probe([`rtsp://viewer:other@${host}/1`])
  expect(refused.of('authentication')).toMatchObject({ found: expect.stringContaining('Digest') })
})

test('what is no camera is told apart: a web page, nothing at all, a name that nobody knows', async () => {
  const web = await serve(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')
  expect((await probe([`rtsp://${web}/1`])).of('OPTIONS')).toMatchObject({
    state: 'wrong',
    remedy: expect.stringContaining('554')
  })
  expect((await probe(['rtsp://127.0.0.1:9/1'])).of('TCP connect')).toMatchObject({ state: 'wrong', found: 'refused' })
  expect((await probe(['rtsp://camera.invalid/1'])).of('DNS')).toMatchObject({ state: 'wrong' })
})

test('a film is played, a wrong call ends with 2', async () => {
  const film = await probe([FOOTAGE, '--seconds', '2'])
  expect([film.code, film.of('resolution')?.found]).toEqual([0, expect.stringContaining('768x576')])
  expect((await probe([])).code).toBe(2)
  expect((await probe(['ftp://x/1'])).err).toContain('received ftp://')
  expect((await probe([FOOTAGE, '--seconds', 'long'])).code).toBe(2)
})
