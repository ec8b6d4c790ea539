/** Asks an RTSP camera step by step, as the pipeline will, and measures what it sends. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { RtpMeter, type StreamFigures } from './rtp_meter.ts'
import { RtspClient, type RtspTarget } from './rtsp_client.ts'
import type { RtspResponse } from './rtsp_stream.ts'
import { type VideoMedia, videoOf } from './sdp.ts'

export type RtspStep = 'dns' | 'connect' | 'options' | 'describe' | 'setup' | 'play'

export interface RtspFacts {
  addresses: string[]
  connectMs: number | null
  methods: string[]
  server: string | null
  scheme: 'none' | 'basic' | 'digest' | null
  video: VideoMedia | null
  /** Over TCP. */
  stream: (StreamFigures & { firstPacketMs: number | null }) | null
  /** Over UDP: null when it was not tried. */
  udp: { packets: number; error: string | null } | null
  /** The step that failed, and how. */
  failure: { step: RtspStep; status: number | null; code: string | null; message: string } | null
}

/** Long enough for the first keyframe of most cameras; only whether anything comes is asked. */
const UDP_MS = 3_000

export async function probeRtsp(target: RtspTarget, seconds: number, signal: AbortSignal): Promise<RtspFacts> {
  const facts: RtspFacts = {
    addresses: [],
    connectMs: null,
    methods: [],
    server: null,
    scheme: null,
    video: null,
    stream: null,
    udp: null,
    failure: null
  }
  let step: RtspStep = 'dns'
  let meter: RtpMeter | null = null
  let firstPacketAt: number | null = null
  const client = new RtspClient(target, (channel, packet) => {
    firstPacketAt ??= performance.now()
    if (channel === 0) meter?.rtp(packet)
    else if (channel === 1) meter?.rtcp(packet, Date.now())
  })
  const expectOk = (response: RtspResponse): RtspResponse => {
    if (response.status === 200) return response
    throw new Refused(response)
  }
  try {
    const host = new URL(target.url).hostname.replace(/^\[|\]$/g, '')
    facts.addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address)
    step = 'connect'
    const began = performance.now()
    await client.start()
    facts.connectMs = performance.now() - began
    step = 'options'
    const options = await client.request('OPTIONS', target.url)
    facts.methods = (options.headers.public?.join(',') ?? '').split(',').flatMap((name) => name.trim() || [])
    facts.server = options.headers.server?.[0] ?? null
    step = 'describe'
    const described = await client.request('DESCRIBE', target.url, { Accept: 'application/sdp' })
    facts.scheme = client.scheme ?? (described.status === 200 ? 'none' : null)
    expectOk(described)
    facts.server ??= described.headers.server?.[0] ?? null
    const base = described.headers['content-base']?.[0] ?? described.headers['content-location']?.[0] ?? target.url
    facts.video = videoOf(described.body, base)
    if (facts.video === null) return facts
    meter = new RtpMeter(facts.video.codec, facts.video.clockHz)
    step = 'setup'
    expectOk(await client.request('SETUP', facts.video.control, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' }))
    step = 'play'
    const playedAt = performance.now()
    expectOk(await client.request('PLAY', base, { Range: 'npt=0.000-' }))
    await wait(seconds * 1000, undefined, { signal }).catch(() => undefined)
    const firstPacketMs = firstPacketAt === null ? null : firstPacketAt - playedAt
    facts.stream = { ...meter.figures, firstPacketMs }
    await client.request('TEARDOWN', base).catch(() => undefined)
  } catch (error) {
    facts.failure = failureOf(step, error as Error)
  } finally {
    client.stop()
  }
  // TLS has no datagrams of its own.
  if (facts.failure === null && facts.video !== null && !signal.aborted && target.url.startsWith('rtsp:'))
    facts.udp = await tryUdp(target, facts.video)
  return facts
}

class Refused extends Error {
  readonly status: number
  constructor({ status, reason }: RtspResponse) {
    super(`${status} ${reason}`)
    this.status = status
  }
}

function failureOf(step: RtspStep, error: Error & { code?: unknown }): RtspFacts['failure'] {
  const status = error instanceof Refused ? error.status : null
  return { step, status, code: typeof error.code === 'string' ? error.code : null, message: error.message }
}

/** Whether packets arrive as datagrams, in a session of its own. */
async function tryUdp(target: RtspTarget, video: VideoMedia): Promise<RtspFacts['udp']> {
  const client = new RtspClient(target)
  let packets = 0
  const sockets: DatagramSocket[] = []
  try {
    await client.start()
    const [rtp, rtcp] = await evenPorts(client.remoteAddress.includes(':') ? 'udp6' : 'udp4')
    sockets.push(rtp, rtcp)
    const arrived = new Promise<void>((resolve) => {
      rtp.on('message', () => {
        packets++
        resolve()
      })
    })
    const port = rtp.address().port
    const described = await client.request('DESCRIBE', target.url, { Accept: 'application/sdp' })
    const base = described.headers['content-base']?.[0] ?? target.url
    const setup = await client.request('SETUP', video.control, {
      Transport: `RTP/AVP;unicast;client_port=${port}-${port + 1}`
    })
    if (setup.status !== 200) return { packets, error: `${setup.status} ${setup.reason}` }
    const play = await client.request('PLAY', base, { Range: 'npt=0.000-' })
    if (play.status !== 200) return { packets, error: `${play.status} ${play.reason}` }
    await Promise.race([arrived, wait(UDP_MS, undefined, { ref: false })])
    await client.request('TEARDOWN', base).catch(() => undefined)
    return { packets, error: null }
  } catch (error) {
    return { packets, error: (error as Error).message }
  } finally {
    for (const socket of sockets) socket.close()
    client.stop()
  }
}

/** RTP wants an even port and RTCP the next one (RFC 3550 section 11). */
async function evenPorts(type: 'udp4' | 'udp6'): Promise<[DatagramSocket, DatagramSocket]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const first = await bound(type, 0)
    const port = first.address().port
    const second = await bound(type, port % 2 === 0 ? port + 1 : port - 1).catch(() => null)
    if (second !== null) return port % 2 === 0 ? [first, second] : [second, first]
    first.close()
  }
  throw new Error('expected two UDP ports beside each other, found none free')
}

async function bound(type: 'udp4' | 'udp6', port: number): Promise<DatagramSocket> {
  const socket = createSocket(type)
  socket.bind(port)
  await once(socket, 'listening')
  return socket
}
