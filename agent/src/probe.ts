/** `vedette probe`: a camera asked step by step, then played through the pipeline as the box would. The rooms meet here. */
import type { SourceInput } from '@vedette/native'
import { engineEntry } from './engine_entry.ts'
import type { Finding } from './finding.ts'
import { type PictureFacts, probePicture } from './pipeline/picture_probe.ts'
import { pictureChecks, rtspChecks } from './probe/probe_checks.ts'
import { probeRtsp, type RtspFacts } from './probe/rtsp_probe.ts'
import type { ProbeTarget } from './probe/target.ts'
import { redact } from './redaction.ts'

export { type ProbeTarget, parseTarget } from './probe/target.ts'

export interface ProbeReport {
  /** Without credentials. */
  url: string
  findings: Finding[]
  rtsp: RtspFacts | null
  picture: PictureFacts | null
}

export async function runProbe(
  target: ProbeTarget,
  options: { seconds: number; addon?: string },
  signal: AbortSignal
): Promise<ProbeReport> {
  const { url, user, password } = target
  const credentials = user === undefined ? {} : { user, password: password ?? '' }
  const rtsp = target.kind === 'rtsp' ? await probeRtsp({ url, ...credentials }, options.seconds, signal) : null
  // What failed before a stream was described fails in the pipeline too, only later and with fewer words.
  const isHopeless = rtsp !== null && rtsp.failure !== null
  const picture =
    isHopeless || signal.aborted
      ? null
      : await probePicture(inputOf(target, credentials), { ...options, entry: engineEntry() }, signal)
  const findings = [
    ...(rtsp === null ? [] : rtspChecks(rtsp, user !== undefined)),
    ...(picture === null ? [] : pictureChecks(picture))
  ]
  return hidden({ url, findings, rtsp, picture }, password)
}

function inputOf({ kind, url }: ProbeTarget, credentials: { user?: string; password?: string }): SourceInput {
  switch (kind) {
    case 'rtsp':
      return { kind, url, transport: 'auto', latencyMs: 200, ...credentials }
    case 'http':
      return { kind, url, loop: false, ...credentials }
    case 'file':
      return { kind, path: url, loop: false }
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
