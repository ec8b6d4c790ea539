/** A person at the console, without a browser: keeps a session and posts the same forms that the pages show. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { parse } from 'devalue'

export interface CameraForm {
  name: string
  /** rtsp(s):// of a camera, http(s):// of a film, a device of the box, the path of a film on it, or test:WIDTHxHEIGHT@FPS. */
  url: string
  user?: string
  password?: string
  maxFps?: number
  /** Its frames are sent whether somebody looks or not. */
  allFrames?: boolean
  /** Jitter buffer of an RTSP camera, null leaves it to the box; default: 200. */
  latencyMs?: number | null
  /** Of an RTSP camera; default: tcp. */
  transport?: 'tcp' | 'udp'
  /** A smaller stream of an RTSP camera, to analyse. */
  detectUrl?: string
  /** Of a film: played once, every frame of it. */
  isJob?: boolean
}

/** An interval for boxes of tests: two test files share the processor. */
export const EVERY_THIRD = 2

/** Models by their SHA-256. */
export interface AnalysisForm {
  model: string
  /** So many frames are passed over between two that are looked at. */
  interval?: number
  compare?: { model: string; interval: number }
}

export interface UploadedModel {
  sha256: string
  name: string
  version: string
}

type Fields = Record<string, string>

export class Operator {
  readonly url: string
  #cookie = ''

  constructor(url: string) {
    this.url = url
  }

  /** Opens the one-time link, sets a password, is signed in. */
  async welcome(link: string, name: string, password: string): Promise<void> {
    const token = new URL(link).searchParams.get('token') ?? ''
    await this.#post(`/welcome?token=${token}`, { token, name, password })
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.#post('/sign-in', { name, password })
  }

  async addBox(name: string): Promise<{ id: string; secret: string }> {
    const { added } = (await this.#post('/boxes/new', { name })) as { added: { id: string; secret: string } }
    return added
  }

  async addCamera(box: string, camera: CameraForm): Promise<void> {
    await this.#post(`/boxes/${box}/edit?/add`, cameraFields(camera))
  }

  /** Saves the camera with the id `id` anew. */
  async changeCamera(box: string, id: string, camera: CameraForm): Promise<void> {
    await this.#post(`/boxes/${box}/edit?/change&camera=${id}`, cameraFields(camera))
  }

  async removeCamera(box: string, camera: string): Promise<void> {
    await this.#post(`/boxes/${box}/edit?/remove&camera=${camera}`, {})
  }

  async assignModel(box: string, sha256: string): Promise<void> {
    await this.#post('/models?/assign', { box, sha256 })
  }

  /** Saves how the box analyses; what is not given is off. */
  async changeAnalysis(box: string, { model, interval = 0, compare }: AnalysisForm): Promise<void> {
    await this.#post(`/boxes/${box}/edit?/analysis`, {
      ...{ model, interval: String(interval), tracker: 'default' },
      ...(compare && { compare: compare.model, compareInterval: String(compare.interval) })
    })
  }

  /** A read-only MQTT account. */
  async addReader(name: string): Promise<{ password: string }> {
    const { reader } = (await this.#post('/settings?/addReader', { reader: name })) as { reader: { password: string } }
    return reader
  }

  /** A one-time sign-in link for one more person. */
  async invite(): Promise<string> {
    const { invite } = (await this.#post('/settings?/invite', {})) as { invite: { link: string } }
    return invite.link
  }

  /** A package archive, streamed as the page does. */
  async uploadModel(file: string): Promise<UploadedModel> {
    const response = await fetch(`${this.url}/models/upload?file=${encodeURIComponent(basename(file))}`, {
      method: 'PUT',
      headers: { cookie: this.#cookie, origin: this.url, 'content-type': 'application/x-tar' },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
      // Node's fetch wants it for a stream (WHATWG fetch, half-duplex); the types of the DOM do not know it.
      ...{ duplex: 'half' }
    })
    if (!response.ok) throw new Error(`expected the console to take ${file}, but it said ${await response.text()}`)
    return (await response.json()) as UploadedModel
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, headers: { ...init.headers, cookie: this.#cookie } })
  }

  /** For a browser: the session as a cookie. */
  get cookie(): { name: string; value: string; url: string } {
    const [name = '', value = ''] = this.#cookie.split('=')
    return { name, value, url: this.url }
  }

  /** Posts a form action; the data it answers, or an error that tells what was refused. */
  async #post(path: string, fields: Fields): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        origin: this.url,
        cookie: this.#cookie,
        accept: 'application/json',
        'x-sveltekit-action': 'true',
        'content-type': 'application/x-www-form-urlencoded'
      },
      body: new URLSearchParams(fields)
    })
    const session = response.headers.getSetCookie().find((cookie) => cookie.startsWith('vedette_session='))
    if (session !== undefined) this.#cookie = session.split(';')[0] ?? ''
    const text = await response.text()
    if (!response.headers.get('content-type')?.includes('json')) {
      throw new Error(`expected an answer to the form ${path}, received ${response.status}: ${text.slice(0, 300)}`)
    }
    const answer = JSON.parse(text) as { type: string; data?: string }
    if (answer.type !== 'success' && answer.type !== 'redirect')
      throw new Error(`the form ${path} was refused: ${text}`)
    return answer.data === undefined ? undefined : parse(answer.data)
  }
}

function cameraFields(camera: CameraForm): Fields {
  return {
    name: camera.name,
    enabled: 'on',
    ...sourceFields(camera),
    'credential.user': camera.user ?? '',
    'credential.password': camera.password ?? '',
    'detection.enabled': 'on',
    'detection.maxFps': String(camera.maxFps ?? 5),
    'detection.minConfidence': '40',
    ...(camera.allFrames && { frames: 'on' })
  }
}

function sourceFields({ url, latencyMs = 200, transport = 'tcp', detectUrl = '', isJob }: CameraForm): Fields {
  const played = (kind: string): Fields => (isJob ? { [`${kind}.policy`]: 'every-frame' } : { [`${kind}.loop`]: 'on' })
  if (url.startsWith('http')) return { kind: 'http', 'http.url': url, ...played('http') }
  if (url.startsWith('/dev/')) return { kind: 'v4l2', 'v4l2.device': url }
  const pattern = /^test:(\d+)x(\d+)@(\d+)$/.exec(url)
  if (pattern) {
    const [, width = '', height = '', fps = ''] = pattern
    return {
      ...{ kind: 'test', 'test.width': width, 'test.height': height, 'test.fps': fps },
      ...{ 'test.shapes': '3', 'test.seed': '1' }
    }
  }
  if (!url.includes('://')) return { kind: 'file', 'file.path': url, ...played('file') }
  const rtsp = { 'rtsp.url': url, 'rtsp.detectUrl': detectUrl, 'rtsp.transport': transport }
  return { kind: 'rtsp', ...rtsp, 'rtsp.latencyMs': String(latencyMs ?? '') }
}
