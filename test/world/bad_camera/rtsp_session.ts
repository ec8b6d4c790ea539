/** One client of a bad camera: RTSP 1.0 (RFC 2326) over its socket, RTP in between (10.12) or over UDP. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import type { Socket } from 'node:net'
import type { Film, FilmName } from './film.ts'
import { RtpStream } from './rtp_stream.ts'
import type { Script } from './script.ts'

export interface SessionOptions {
  socket: Socket
  /** What the camera does at this moment. */
  script(): Script
  film(name: FilmName): Film
  random(): number
  changed(film: FilmName): void
}

interface Request {
  method: string
  headers: Map<string, string>
}

type Deliver = (kind: 'rtp' | 'rtcp', packet: Buffer) => void

export function serveRtsp({ socket, script, film, random, changed }: SessionOptions): void {
  let received = Buffer.alloc(0)
  let stream: RtpStream | null = null
  let udp: UdpSocket | null = null
  let deliver: Deliver = interleaved(socket)
  const write = writer(socket, () => script().bytesASecond)

  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    for (let request = next(); request !== null; request = next()) answer(request)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    stream?.stop()
    udp?.close()
  })

  /** The next whole request; receiver reports of the client are passed over. */
  function next(): Request | null {
    while (received[0] === 0x24 && received.length >= 4 && received.length >= 4 + received.readUInt16BE(2))
      received = received.subarray(4 + received.readUInt16BE(2))
    const end = received.indexOf('\r\n\r\n')
    if (received[0] === 0x24 || end < 0) return null
    const [first = '', ...lines] = received.subarray(0, end).toString().split('\r\n')
    received = received.subarray(end + 4)
    const headers = lines.map((line) => /^([^:]+):\s*(.*)$/.exec(line)).flatMap((m) => (m ? [m] : []))
    return {
      method: first.split(' ')[0] ?? '',
      headers: new Map(headers.map(([, name = '', value = '']) => [name.toLowerCase(), value]))
    }
  }

  function answer({ method, headers }: Request): void {
    const { answersUntil, isLocked } = script()
    const say = (status: string, lines: string[] = [], body = '') => {
      const head = [`RTSP/1.0 ${status}`, `CSeq: ${headers.get('cseq') ?? 0}`, ...lines]
      write(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`))
    }
    if (answersUntil === 'accept') return
    switch (method) {
      case 'OPTIONS':
        say('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN'])
        break
      case 'DESCRIBE': {
        const sdp = describe(film(script().film).encoding)
        if (isLocked) say('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"'])
        else say('200 OK', ['Content-Type: application/sdp', `Content-Length: ${sdp.length}`], sdp)
        break
      }
      case 'SETUP':
        if (answersUntil !== 'DESCRIBE')
          say('200 OK', [`Transport: ${transportFor(headers.get('transport') ?? '')}`, 'Session: 1;timeout=60'])
        break
      case 'PLAY':
        say('200 OK', ['Session: 1'])
        stream?.stop()
        stream = new RtpStream({ script: script(), film, random, changed, send: deliver, close: () => socket.end() })
        stream.start()
        break
      case 'TEARDOWN':
        say('200 OK', ['Session: 1'])
        socket.end()
        break
      default:
        say('200 OK', ['Session: 1'])
    }
  }

  function transportFor(asked: string): string {
    const ports = /client_port=(\d+)-(\d+)/.exec(asked)
    if (!ports) return 'RTP/AVP/TCP;unicast;interleaved=0-1'
    udp = createSocket('udp4')
    deliver = overUdp(udp, Number(ports[1]), Number(ports[2]))
    return `RTP/AVP;unicast;${ports[0]};server_port=6970-6971`
  }

  function interleaved(to: Socket): Deliver {
    return (kind, packet) => {
      const head = Buffer.from([0x24, kind === 'rtp' ? 0 : 1, 0, 0])
      head.writeUInt16BE(packet.length, 2)
      if (to.writable) write(Buffer.concat([head, packet]))
    }
  }
}

function overUdp(udp: UdpSocket, rtpPort: number, rtcpPort: number): Deliver {
  return (kind, packet) => udp.send(packet, kind === 'rtp' ? rtpPort : rtcpPort, '127.0.0.1')
}

function describe(encoding: Film['encoding']): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=camera', 't=0 0', 'm=video 0 RTP/AVP 96', 'c=IN IP4 0.0.0.0']
  return [...lines, `a=rtpmap:96 ${encoding}/90000`, 'a=control:video', ''].join('\r\n')
}

/** At once, or byte by byte for as long as the camera is told to. */
function writer(socket: Socket, bytesASecond: () => number | undefined): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0)
  let timer: NodeJS.Timeout | null = null
  socket.on('close', () => {
    if (timer) clearInterval(timer)
  })
  return (bytes) => {
    const pace = bytesASecond()
    if (pace === undefined && waiting.length === 0) return void socket.write(bytes)
    // What a slow camera does not get rid of, it forgets.
    if (waiting.length < 100_000) waiting = Buffer.concat([waiting, bytes])
    timer ??= setInterval(
      () => {
        if (waiting.length > 0 && socket.writable) socket.write(waiting.subarray(0, 1))
        waiting = waiting.subarray(1)
      },
      1000 / (pace ?? 1)
    )
  }
}
