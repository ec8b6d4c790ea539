/** Checks what people typed against the wire's schemas; faults are keyed by form field. */
import { Alerts, Camera, check, ProtocolError, Rules } from '@vedette/protocol'
import { checkRules } from '@vedette/rules'
import Type from 'typebox'
import type { DrawnMasks } from '../../view.ts'
import { type AlertsInput, type CameraInput, RefusedEdit, type RulesInput, type StoredAlerts } from '../rooms.ts'
import { checkMasks, Drawn } from './masks.ts'

const REMEDIES: Record<string, string> = {
  name: 'Give it a name of 1 to 200 characters.',
  'source.url': 'Expected an address such as rtsp://10.0.0.8:554/stream1, without user and password in it.',
  'source.detectUrl': 'Expected an address such as rtsp://10.0.0.8:554/stream2, without user and password in it.',
  'source.path': 'Expected the absolute path of a file on the box, such as /var/video/door.mp4.',
  'source.device': 'Expected a device of the box, such as /dev/video0.',
  'source.latencyMs': 'Expected 0 to 60000 milliseconds, or nothing.',
  'detection.maxFps': 'Expected 0 (every frame) to 120 frames a second.',
  'detection.minConfidence': 'Expected 0 to 100 %.',
  'detection.classes': 'Expected at most 500 labels.',
  interval: 'Expected 0 to 100 frames.',
  compareInterval: 'Expected 0 to 100 frames.',
  throttleS: 'Expected 0 to 86400 seconds.',
  debounceS: 'Expected 0 to 86400 seconds.',
  burstThreshold: 'Expected 1 to 1000 alerts.',
  burstS: 'Expected 0 to 86400 seconds.',
  maxPerMinute: 'Expected 1 to 10000 alerts.',
  groupS: 'Expected 0 to 3600 seconds.',
  suspendUntil: 'Expected a date and a time.',
  'webhook.url': 'Expected an address such as https://example.com/alerts, without user and password in it.'
}

export function checkCamera(input: CameraInput): Omit<Camera, 'credential' | 'rules' | 'masks'> {
  const { credential, ...camera } = input
  const name = camera.name.trim()
  checkField(Camera, { ...camera, name })
  if (credential.action === 'set' && credential.user === '') {
    throw new RefusedEdit({ 'credential.user': 'Expected a user, because there is a password.' })
  }
  if (credential.action === 'set' && credential.user.length + credential.password.length > 1000) {
    throw new RefusedEdit({ 'credential.password': 'Expected user and password of at most 1000 characters together.' })
  }
  return { ...camera, name }
}

/** The faults of rules are keyed by their place, such as `rules.gate.zone.2`. */
export function checkedRules(input: RulesInput): { rules: Rules; masks: DrawnMasks } {
  try {
    const checked = check(Type.Object({ rules: Rules, masks: Drawn }), input, 'form')
    checkRules({ rules: checked.rules }, 'form')
    checkMasks(checked.masks)
    return checked
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new RefusedEdit({ [fieldOf(error)]: error.message.replace(/^form: /, '') })
  }
}

export function checkAlerts({ limits, webhook, secret }: AlertsInput): StoredAlerts | null {
  const alerts: StoredAlerts = { ...limits, ...(webhook && { webhook }) }
  checkField(Alerts, alerts)
  if (secret.action === 'set') checkSecret(secret.secret)
  return Object.keys(alerts).length === 0 ? null : alerts
}

/** As Standard Webhooks has it: Base64 after whsec_, or any text. */
function checkSecret(secret: string): void {
  const fault = /^whsec_/.test(secret)
    ? /^whsec_[A-Za-z0-9+/]{4,}={0,2}$/.test(secret)
      ? ''
      : 'Expected Base64 after whsec_.'
    : secret.length >= 8 && secret.length <= 1000
      ? ''
      : 'Expected 8 to 1000 characters.'
  if (fault !== '') throw new RefusedEdit({ 'webhook.secret': fault })
}

export function checkName(name: string): string {
  const trimmed = name.trim()
  checkField(Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }), { name: trimmed })
  return trimmed
}

export function checkField(schema: Type.TSchema, value: unknown): void {
  try {
    check(schema, value, 'form')
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const field = fieldOf(error)
    throw new RefusedEdit({ [field]: REMEDIES[field.replace(/\.\d+$/, '')] ?? error.message.replace(/^form: /, '') })
  }
}

function fieldOf({ path }: ProtocolError): string {
  return path.slice(1).replaceAll('/', '.')
}
