/** A camera as its form sends it. What the wire wants is checked where the edit is made; here texts become values. */
import type { Source } from '@vedette/protocol'
import type { CameraInput } from '#lib/server/rooms.ts'

export function cameraInput(form: FormData): CameraInput {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  return {
    name: text('name'),
    enabled: form.has('enabled'),
    source: source(text),
    credential: credential(form, text),
    detection: {
      enabled: form.has('detection.enabled'),
      maxFps: number(text('detection.maxFps')),
      motion: form.has('detection.motion') ? 'auto' : 'off',
      minConfidence: number(text('detection.minConfidence')) / 100,
      classes: classes(form, text('detection.otherClasses'))
    },
    frames: form.has('frames') ? 'all' : 'leased'
  }
}

type Read = (name: string) => string

function source(text: Read): Source {
  const kind = text('kind')
  const isLoop = text(`${kind}.loop`) !== ''
  const policy = text(`${kind}.policy`) === 'every-frame' ? { policy: 'every-frame' as const } : {}
  switch (kind) {
    case 'file':
      return { kind, path: text('file.path'), loop: isLoop, ...policy }
    case 'http':
      return { kind, url: text('http.url'), loop: isLoop, ...policy }
    case 'v4l2':
      return { kind, device: text('v4l2.device') }
    case 'test':
      return {
        kind,
        width: number(text('test.width')),
        height: number(text('test.height')),
        fps: number(text('test.fps')),
        shapes: number(text('test.shapes')),
        seed: number(text('test.seed'))
      }
    default: {
      const transport = text('rtsp.transport')
      const detectUrl = text('rtsp.detectUrl')
      const latency = text('rtsp.latencyMs')
      return {
        kind: 'rtsp',
        url: text('rtsp.url'),
        transport: transport === 'tcp' || transport === 'udp' ? transport : 'auto',
        ...(latency === '' ? {} : { latencyMs: number(latency) }),
        ...(detectUrl === '' ? {} : { detectUrl })
      }
    }
  }
}

/** Both fields empty keeps what is set. */
function credential(form: FormData, text: Read): CameraInput['credential'] {
  if (form.has('credential.clear')) return { action: 'clear' }
  const user = text('credential.user')
  const password = String(form.get('credential.password') ?? '')
  return user === '' && password === '' ? { action: 'keep' } : { action: 'set', user, password }
}

function classes(form: FormData, others: string): string[] {
  const ticked = form.getAll('detection.classes').map(String)
  const typed = others.split(',').map((name) => name.trim())
  return [...new Set([...ticked, ...typed])].filter((name) => name !== '')
}

/** An empty field is no number: the check says so, where 0 would pass unseen. */
function number(text: string): number {
  return text === '' ? Number.NaN : Number(text)
}
