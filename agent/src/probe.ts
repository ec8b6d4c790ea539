/** `vedette probe`: a camera asked step by step, then played through the pipeline as the box would. The rooms meet here. */
import type { SourceInput } from '@vedette/native'
import { engineEntry } from './engine_entry.ts'
import type { Finding } from './finding.ts'
import { type PictureFacts, probePicture } from './pipeline/picture_probe.ts'
import { pictureChecks, rtspChecks } from './probe/probe_checks.ts'
import { probeRtsp, type RtspFacts } from './probe/rtsp_probe.ts'
import { redact } from './redaction.ts'

export { inputOf, type ProbeTarget, parseTarget } from './camera_address.ts'

export interface ProbeReport {
  /** Without credentials: an address, a path, a device. */
  url: string
  findings: Finding[]
  rtsp: RtspFacts | null
  picture: PictureFacts | null
}

export interface ProbeOptions {
  seconds: number
  /** For tests. */
  addon?: string
}

export async function runProbe(input: SourceInput, options: ProbeOptions, signal: AbortSignal): Promise<ProbeReport> {
  const { user, password } = { user: undefined, password: undefined, ...input }
  const rtsp = input.kind === 'rtsp' ? await probeRtsp(input, options.seconds, signal) : null
  // What failed before a stream was described fails in the pipeline too, only later and with fewer words.
  const isHopeless = rtsp !== null && rtsp.failure !== null
  const picture =
    isHopeless || signal.aborted ? null : await probePicture(input, { ...options, entry: engineEntry() }, signal)
  const findings = [
    ...(rtsp === null ? [] : rtspChecks(rtsp, user !== undefined)),
    ...(picture === null ? [] : pictureChecks(picture))
  ]
  return hidden({ url: placeOf(input), findings, rtsp, picture }, password)
}

function placeOf(input: SourceInput): string {
  switch (input.kind) {
    case 'rtsp':
    case 'http':
      return input.url
    case 'file':
      return input.path
    case 'v4l2':
      return input.device
    case 'test':
      return 'test pattern'
    case 'push':
      return 'pushed frames'
  }
}

/** A password such as `wrong` must not black these out. */
const OUR_WORDS: ReadonlySet<string> = new Set(['check', 'state', 'remedy', 'step', 'scheme'])

/** Whatever a camera or a library repeats of the password, it is not in the report. */
function hidden(report: ProbeReport, password: string | undefined): ProbeReport {
  return JSON.parse(JSON.stringify(report), (key, value: unknown) => {
    if (typeof value !== 'string' || OUR_WORDS.has(key)) return value
    const text = redact(value)
    return password === undefined || password.length < 4 ? text : text.replaceAll(password, '[redacted]')
  }) as ProbeReport
}
