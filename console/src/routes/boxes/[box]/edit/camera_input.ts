/** A camera as its form sends it. What the wire wants is checked where the edit is made; here texts become values. */
import type { Detection, Source } from '@vedette/protocol'
import { labels, number, text as textOf } from '#lib/form_data.ts'
import type { CameraInput } from '#lib/server/rooms.ts'

export function cameraInput(form: FormData): CameraInput {
  const text = (name: string) => textOf(form, name)
  return {
    name: text('name'),
    enabled: form.has('enabled'),
    source: source(form, text),
    credential: credential(form, text),
    detection: {
      enabled: form.has('detection.enabled'),
      maxFps: number(form, 'detection.maxFps'),
      motion: form.has('detection.motion') ? 'auto' : 'off',
      minConfidence: number(form, 'detection.minConfidence') / 100,
      classes: labels(form, 'detection.classes'),
      ...strategies(form)
    },
    frames: form.has('frames') ? 'all' : 'leased'
  }
}

type Read = (name: string) => string

function source(form: FormData, text: Read): Source {
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
        width: number(form, 'test.width'),
        height: number(form, 'test.height'),
        fps: number(form, 'test.fps'),
        shapes: number(form, 'test.shapes'),
        seed: number(form, 'test.seed')
      }
    default: {
      const transport = text('rtsp.transport')
      const detectUrl = text('rtsp.detectUrl')
      const latency = text('rtsp.latencyMs')
      return {
        kind: 'rtsp',
        url: text('rtsp.url'),
        transport: transport === 'tcp' || transport === 'udp' ? transport : 'auto',
        ...(latency === '' ? {} : { latencyMs: number(form, 'rtsp.latencyMs') }),
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

/** All that the box has, or those that are ticked. */
function strategies(form: FormData): Pick<Detection, 'strategies'> {
  return textOf(form, 'detection.whichStrategies') === 'chosen'
    ? { strategies: labels(form, 'detection.strategy') }
    : {}
}
