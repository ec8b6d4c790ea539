import { expect, test } from 'vitest'
import { parseTarget } from '../camera_address.ts'
import { authorize, chooseChallenge } from './digest.ts'
import { RtpMeter } from './rtp_meter.ts'
import { type RtspPart, RtspReader } from './rtsp_stream.ts'
import { videoOf } from './sdp.ts'
import { pairChecks } from './stream_pair.ts'

const mufasa = { user: 'Mufasa', cnonce: '0a4f113b', count: 1 }

test('Digest answers as the example of RFC 2617 does', () => {
  const challenge = chooseChallenge([
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  ])
  const asked = { method: 'GET', uri: '/dir/index.html', cnonce: '0a4f113b', count: 1 }
  const header = authorize(challenge!, { user: mufasa.user, password: 'Circle Of Life' }, asked)
  expect(header).toContain('response="6629fae49393a05397450978507c4ef1"')
  expect(header).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"')
  expect(header).toContain('nc=00000001')
})

test('of two challenges the stronger one is answered, as the example of RFC 7616 does', () => {
  const common =
    'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
  const challenge = chooseChallenge([
    `Digest ${common}, algorithm=MD5`,
    `Digest ${common}, algorithm=SHA-256`,
    'Basic realm="x"'
  ])
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
  const header = authorize(
    challenge!,
    { user: 'Mufasa', password: 'Circle of Life' },
    { method: 'GET', uri: '/dir/index.html', cnonce, count: 1 }
  )
  expect(header).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"')
})

test('a camera of old gets a Digest without qop, one with Basic gets that, one with neither nothing', () => {
  const old = chooseChallenge(['Digest realm="IP Camera", nonce="abc", stale="FALSE"'])!
  const asked = { method: 'DESCRIBE', uri: 'rtsp://cam/1', cnonce: 'x', count: 1 }
  expect(authorize(old, { user: 'a', password: 'b' }, asked)).not.toContain('qop')
  const basic = chooseChallenge(['Basic realm="cam"'])!
  expect(authorize(basic, { user: 'Aladdin', password: 'open sesame' }, asked)).toBe(
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
  )
  expect(chooseChallenge(['NTLM', 'Digest realm="x", nonce="y", algorithm=MD4'])).toBeNull()
})

test('responses and interleaved packets are told apart wherever the network cuts them', () => {
  const body = 'v=0\r\nm=video 0 RTP/AVP 96\r\n'
  const bytes = Buffer.concat([
    Buffer.from([0x24, 0, 0, 2, 7, 8]),
    Buffer.from(
      `RTSP/1.0 200 OK\r\nCSeq: 2\r\nPublic: OPTIONS\r\nPublic: PLAY\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    ),
    Buffer.from([0x24, 1, 0, 1, 9])
  ])
  const wanted = [
    { channel: 0, packet: Buffer.from([7, 8]) },
    {
      response: {
        status: 200,
        reason: 'OK',
        headers: { cseq: ['2'], public: ['OPTIONS', 'PLAY'], 'content-length': [String(body.length)] },
        body
      }
    },
    { channel: 1, packet: Buffer.from([9]) }
  ]
  for (let cut = 1; cut < bytes.length; cut++) {
    const reader = new RtspReader()
    const parts: RtspPart[] = [...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))]
    expect(parts).toEqual(wanted)
  }
})

test('what is not RTSP is refused with its first words', () => {
  expect(() => new RtspReader().read(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toThrow('received "HTTP/1.1 400')
  expect(() => new RtspReader().read(Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n'))).toThrow(
    '99999999'
  )
})

test('the video of a description is found with the address to set it up by', () => {
  const sdp = (control: string) =>
    `v=0\r\na=control:*\r\nm=audio 0 RTP/AVP 8\r\na=control:track2\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=framerate:25.0\r\na=control:${control}\r\n`
  const base = 'rtsp://cam/Streaming/Channels/101?profile=1'
  expect(videoOf(sdp('trackID=1'), base)).toEqual({
    codec: 'H264',
    clockHz: 90_000,
    control: `${base}/trackID=1`,
    fps: 25
  })
  expect(videoOf(sdp('rtsp://cam/x/trackID=1'), base)?.control).toBe('rtsp://cam/x/trackID=1')
  expect(videoOf('v=0\r\nm=video 0 RTP/AVP 26\r\n', base)).toMatchObject({ codec: 'JPEG', control: base, fps: null })
  expect(videoOf('v=0\r\nm=audio 0 RTP/AVP 8\r\n', base)).toBeNull()
})

function rtp(sequence: number, timestamp: number, payload: number[]): Buffer {
  const head = Buffer.alloc(12)
  head[0] = 0x80
  head.writeUInt16BE(sequence & 0xffff, 2)
  head.writeUInt32BE(timestamp >>> 0, 4)
  return Buffer.concat([head, Buffer.from(payload)])
}

test('frames, keyframes and loss are counted over the ends of both counters', () => {
  const meter = new RtpMeter('H264', 90_000)
  let sequence = 65_530
  // 4 s of 25 frames/s, two packets each, a keyframe every 2 s; the timestamp passes 2^32, one packet is lost.
  for (let frame = 0; frame <= 100; frame++) {
    const timestamp = 0xffff_0000 + frame * 3600
    meter.rtp(rtp(sequence++, timestamp, frame % 50 === 0 ? [0x7c, 0x85] : [0x7c, 0x81]))
    if (frame === 30) sequence++
    else meter.rtp(rtp(sequence++, timestamp, [0x7c, 0x45]))
  }
  expect(meter.figures).toMatchObject({
    frames: 101,
    fps: 25,
    keyframes: 3,
    keyframeIntervalS: 2,
    lost: 1,
    reordered: 0
  })
})

test.each([
  ['H264', 'a single unit', [0x65], 1],
  ['H264', 'an aggregate', [0x78, 0, 2, 0x67, 1, 0, 2, 0x65, 1], 1],
  ['H264', 'the end of a fragmented keyframe', [0x7c, 0x45], 0],
  ['H265', 'a single unit', [0x26, 1], 1],
  ['H265', 'an aggregate', [0x60, 1, 0, 2, 0x26, 1], 1],
  ['H265', 'the first fragment', [0x62, 1, 0x93], 1],
  ['H265', 'an ordinary picture', [0x02, 1], 0]
])('%s: a keyframe is seen in %s', (codec, _what, payload, keyframes) => {
  const meter = new RtpMeter(codec, 90_000)
  meter.rtp(rtp(1, 0, payload))
  expect(meter.figures.keyframes).toBe(keyframes)
})

test('B-frames show by timestamps that go back, and a keyframe that does not come by the time since', () => {
  const meter = new RtpMeter('H264', 90_000)
  for (const [i, at] of [0, 3, 1, 2, 6, 4, 5].entries()) meter.rtp(rtp(i, at * 3600, [0x41]))
  expect(meter.figures).toMatchObject({ reordered: 4, keyframes: 0, keyframeIntervalS: null, fps: 25 })
  expect(meter.figures.sinceKeyframeS).toBeCloseTo(0.24)
})

test('the clock of a camera is read from its sender report', () => {
  const meter = new RtpMeter('H264', 90_000)
  const report = Buffer.alloc(28)
  report.writeUInt16BE(0x80c8, 0)
  report.writeUInt32BE(2_208_988_800 + 1_000, 8)
  report.writeUInt32BE(0x8000_0000, 12)
  meter.rtcp(report, 998_500)
  expect(meter.figures.clockAheadMs).toBe(2_000)
})

test('credentials leave the address, and a password that breaks it is not repeated', () => {
  expect(parseTarget('rtsp://us%40er:p@ss@cam:8554/a?b=1', '/')).toEqual({
    kind: 'rtsp',
    url: 'rtsp://cam:8554/a?b=1',
    user: 'us@er',
    password: 'p@ss'
  })
  expect(parseTarget('film.mp4', '/films')).toMatchObject({ kind: 'file', url: '/films/film.mp4' })
  expect(parseTarget('https://cam/film@2.mp4', '/')).toMatchObject({ kind: 'http', user: undefined })
  expect(() => parseTarget('ftp://cam/1', '/')).toThrow('received ftp://')
  try {
    parseTarget('rtsp://user:top/secret@cam/1', '/')
    expect.unreachable()
  } catch (error) {
    expect((error as Error).message).not.toContain('secret')
  }
})

test('two streams of a camera are compared: the one for detection is smaller, and of the same shape', () => {
  const picture = (width: number | null, height: number | null) => ({
    ...{ firstPictureMs: 100, codec: 'h264', fps: 25, jpegBytes: 1, reason: null },
    ...{ width, height }
  })
  const large = picture(1920, 1080)
  expect(pairChecks(large, picture(640, 360))).toMatchObject([
    { state: 'ok', found: 'main 1920x1080, for detection 640x360' }
  ])
  expect(pairChecks(large, picture(704, 576))).toMatchObject([
    { state: 'warning', found: expect.stringContaining('shape') }
  ])
  expect(pairChecks(picture(640, 360), large)).toMatchObject([
    { state: 'warning', remedy: expect.stringContaining('Exchange url and detectUrl') }
  ])
  expect(pairChecks(large, null)).toEqual([])
  expect(pairChecks(large, picture(null, null))).toEqual([])
})
