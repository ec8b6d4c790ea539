/** What a probe found, a line each, with what to do about it. Pure. */
import { connectionWords } from '../connection_words.ts'
import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { PictureFacts } from '../pipeline/picture_probe.ts'
import type { RtspFacts } from './rtsp_probe.ts'

/** A live view begins with a keyframe, and so does what follows a loss. */
const KEYFRAME_LONG_S = 4
const KEYFRAME_TOO_LONG_S = 10
const FIRST_PICTURE_SLOW_MS = 5_000
/** Of receiver and sender together; more is a clock that nobody set. */
const CLOCK_MS = 2_000
const LOSS = 0.001

export function rtspChecks(facts: RtspFacts, hasUser: boolean): Finding[] {
  const { failure } = facts
  const done = (step: string) => failure?.step !== step
  const found: Finding[] = []
  if (!done('dns')) return [wrong('DNS', connectionWords(failure!), dnsRemedy(failure!))]
  found.push(ok('DNS', facts.addresses.join(', ')))
  if (!done('connect')) return [...found, connectFailure(failure!)]
  found.push(ok('TCP connect', `${facts.connectMs?.toFixed(0)} ms`))
  if (!done('options')) return [...found, wrong('OPTIONS', failure!.message, notRtsp)]
  found.push(ok('OPTIONS', [facts.methods.join(' ') || 'answered', facts.server].filter(Boolean).join(', ')))
  if (!done('describe')) return [...found, describeFailure(facts, hasUser)]
  found.push(authentication(facts, hasUser))
  const { video } = facts
  if (video === null)
    return [
      ...found,
      wrong(
        'DESCRIBE',
        'the stream has no video',
        'Choose another stream of the camera: this one is for sound or data.'
      )
    ]
  found.push(
    ok('DESCRIBE', `${video.codec}, ${video.clockHz} Hz${video.fps === null ? '' : `, ${video.fps} frames/s promised`}`)
  )
  found.push(codec(video.codec))
  if (failure !== null) {
    return [...found, wrong(failure.step.toUpperCase(), failure.message, playRemedy(failure.status))]
  }
  return [...found, ...streamChecks(facts), ...udp(facts)]
}

export function pictureChecks(facts: PictureFacts): Finding[] {
  const check = 'first picture'
  if (facts.firstPictureMs === null) {
    const [what = '', ...remedy] = (facts.reason ?? '').split(/(?<=\.) /)
    return [wrong(check, what.replace(/\.$/, ''), remedy.join(' ') || 'See the lines above.')]
  }
  const took = `${(facts.firstPictureMs / 1000).toFixed(1)} s after connecting`
  const size = facts.width === null || facts.height === null ? 'unknown' : `${facts.width}x${facts.height}`
  return [
    facts.firstPictureMs > FIRST_PICTURE_SLOW_MS
      ? warning(check, took, 'Set a shorter keyframe interval in the camera: a picture begins with one.')
      : ok(check, took),
    ok('resolution', [size, facts.codec].filter(Boolean).join(', ')),
    facts.fps === null || facts.fps === 0
      ? warning('decoded', 'one picture, then none', 'Look again: the camera may have ended the stream.')
      : ok('decoded', `${facts.fps.toFixed(1)} frames/s`)
  ]
}

function dnsRemedy({ code }: NonNullable<RtspFacts['failure']>): string {
  return code === 'EAI_AGAIN'
    ? 'Check the network and /etc/resolv.conf (resolvectl status), or give the address itself.'
    : 'Check the name, or give the address itself.'
}

const notRtsp = 'See that the port is the one for RTSP (mostly 554), not that of the web page or ONVIF.'

function connectFailure({ code, message }: NonNullable<RtspFacts['failure']>): Finding {
  const check = 'TCP connect'
  if (code === 'ECONNREFUSED')
    return wrong(
      check,
      'refused',
      'The host is there, but nothing listens at this port: check it, and that RTSP is on in the camera.'
    )
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return wrong(
      check,
      message,
      'Check power, cable, address and the route or VLAN to the camera; a firewall may drop it.'
    )
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code ?? ''))
    return wrong(
      check,
      message,
      "Install the authority of the camera's certificate on this box, and use the name it is for."
    )
  return wrong(check, message, 'Check address and port.')
}

function describeFailure({ failure, scheme }: RtspFacts, hasUser: boolean): Finding {
  const { status, message } = failure!
  if (status === 401 || status === 403) {
    const kind = scheme === null ? 'in a way that is not known here' : `${scheme === 'basic' ? 'Basic' : 'Digest'}`
    return wrong(
      'authentication',
      hasUser ? `refused (${message}), asks for ${kind}` : `asks for a password (${kind})`,
      hasUser
        ? 'Check user and password on the page of the camera. Many keep a separate user for RTSP and ONVIF, and lock it after some failures.'
        : 'Give user and password: here by --user NAME (the password is asked for), in the settings of the camera for good.'
    )
  }
  if (status === 404) return wrong('DESCRIBE', message, 'Check the path: the camera knows no such stream.')
  if (status === 453 || status === 503)
    return wrong(
      'DESCRIBE',
      message,
      'The camera has as many viewers as it takes: close others, or read its second stream.'
    )
  return wrong('DESCRIBE', message, notRtsp)
}

function authentication({ scheme }: RtspFacts, hasUser: boolean): Finding {
  const check = 'authentication'
  if (scheme === 'none') {
    return hasUser
      ? warning(
          check,
          'none: the camera asks for no password',
          'Set one in the camera: everybody in its network can watch.'
        )
      : warning(check, 'none', 'Set a password in the camera: everybody in its network can watch.')
  }
  return scheme === 'basic'
    ? warning(check, 'Basic: the password goes over the network readable', 'Choose Digest in the camera, or rtsps://.')
    : ok(check, 'Digest')
}

function codec(name: string): Finding {
  if (name === 'H264') return ok('codec', 'H.264')
  if (name === 'H265')
    return warning(
      'codec',
      'H.265: live view in browsers may need transcoding',
      'Set the stream for viewing to H.264, if the camera has two.'
    )
  if (name === 'JPEG')
    return warning('codec', 'Motion JPEG: about ten times the bits of H.264', 'Set the camera to H.264.')
  return wrong('codec', name, 'Set the camera to H.264: this one is not decoded here.')
}

function streamChecks({ stream, video }: RtspFacts): Finding[] {
  if (stream === null || video === null) return []
  if (stream.packets === 0)
    return [
      wrong('transport TCP', 'it plays, but sends nothing', 'Restart the camera; look whether its encoder is on.')
    ]
  const loss = stream.lost / (stream.packets + stream.lost)
  const first = stream.firstPacketMs === null ? '' : `, first packet after ${stream.firstPacketMs.toFixed(0)} ms`
  return [
    ok('transport TCP', `${(stream.bitsPerSecond / 1e6).toFixed(2)} Mbit/s${first}`),
    loss > LOSS
      ? warning(
          'packet loss',
          `${(loss * 100).toFixed(1)} % over TCP`,
          'The camera drops them itself: lower its bit rate or its other viewers.'
        )
      : ok('packet loss', 'none'),
    stream.fps === null
      ? warning('frame rate', `${stream.frames} frame`, 'Measure for longer with --seconds.')
      : ok('frame rate', `${stream.fps.toFixed(1)} frames/s sent`),
    keyframes(stream),
    ...(stream.reordered > 0
      ? [
          warning(
            'B-frames',
            'used: they cost latency and do not go over WebRTC',
            'Choose the Baseline or Main profile without B-frames in the camera.'
          )
        ]
      : []),
    clock(stream.clockAheadMs)
  ]
}

function keyframes({ keyframes: count, keyframeIntervalS, sinceKeyframeS }: NonNullable<RtspFacts['stream']>): Finding {
  const check = 'keyframe interval'
  const remedy = 'Set it to 1 or 2 s in the camera (“I-frame interval”, “GOP”: frame rate times two).'
  if (keyframeIntervalS === null) {
    const found =
      count === 0 ? `none within ${sinceKeyframeS.toFixed(0)} s` : `longer than ${sinceKeyframeS.toFixed(1)} s`
    return sinceKeyframeS < KEYFRAME_LONG_S && count > 0
      ? warning(check, found, 'Measure for longer with --seconds.')
      : (count === 0 ? wrong : warning)(check, found, remedy)
  }
  const found = `${keyframeIntervalS.toFixed(1)} s`
  if (keyframeIntervalS > KEYFRAME_TOO_LONG_S) return wrong(check, found, remedy)
  return keyframeIntervalS > KEYFRAME_LONG_S ? warning(check, found, remedy) : ok(check, found)
}

function clock(aheadMs: number | null): Finding {
  const check = 'clock offset'
  const remedy = 'Turn NTP on in the camera, with the same server as this box.'
  if (aheadMs === null)
    return warning(
      check,
      'the camera did not tell its time (no RTCP sender report)',
      'Measure for longer with --seconds; some cameras never do.'
    )
  const found = `${(Math.abs(aheadMs) / 1000).toFixed(aheadMs < 100_000 ? 2 : 0)} s ${aheadMs > 0 ? 'ahead' : 'behind'}`
  return Math.abs(aheadMs) > CLOCK_MS ? warning(check, found, remedy) : ok(check, found)
}

function udp({ udp: tried }: RtspFacts): Finding[] {
  if (tried === null) return []
  const check = 'transport UDP'
  if (tried.packets > 0) return [ok(check, 'packets arrive')]
  const why = tried.error ?? 'no packet arrived within 3 s'
  return [warning(check, why, 'Use transport: tcp for this camera; a firewall or NAT keeps datagrams out.')]
}

function playRemedy(status: number | null): string {
  if (status === 453 || status === 503)
    return 'The camera has as many viewers as it takes: close others, or read its second stream.'
  if (status === 461) return 'The camera does not speak RTP over TCP: use transport: udp.'
  if (status === 454) return 'Restart the camera: it forgot the session that it had just given.'
  return 'Restart the camera, or update its firmware; compare with another player.'
}
