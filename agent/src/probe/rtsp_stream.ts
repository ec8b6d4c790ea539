/** What comes over an RTSP connection: responses and, between them, interleaved packets (RFC 2326, sections 7 and 10.12). */

export interface RtspResponse {
  status: number
  reason: string
  /** Names in lower case; a header that comes twice has two values. */
  headers: Record<string, string[]>
  body: string
}

export type RtspPart = { response: RtspResponse } | { channel: number; packet: Buffer }

const DOLLAR = 0x24
/** A camera that sends more than this in a head or a body sends nonsense. */
const LIMIT_BYTES = 256 * 1024

/** Throws when it is not RTSP. */
export class RtspReader {
  #waiting: Buffer = Buffer.alloc(0)

  read(chunk: Buffer): RtspPart[] {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk])
    const parts: RtspPart[] = []
    for (let part = this.#next(); part !== null; part = this.#next()) parts.push(part)
    return parts
  }

  #next(): RtspPart | null {
    const bytes = this.#waiting
    if (bytes.length < 4) return null
    if (bytes[0] === DOLLAR) {
      const length = bytes.readUInt16BE(2)
      if (bytes.length < 4 + length) return null
      this.#waiting = bytes.subarray(4 + length)
      return { channel: bytes[1]!, packet: bytes.subarray(4, 4 + length) }
    }
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) {
      if (bytes.length > LIMIT_BYTES || !isRtsp(bytes))
        throw new Error(`expected an RTSP answer, received ${shown(bytes)}`)
      return null
    }
    const head = parseHead(bytes.subarray(0, end).toString('latin1'))
    const length = Number(head.headers['content-length']?.[0] ?? 0)
    if (!Number.isInteger(length) || length < 0 || length > LIMIT_BYTES)
      throw new Error(`expected an RTSP answer of at most ${LIMIT_BYTES} bytes, received a Content-Length of ${length}`)
    if (bytes.length < end + 4 + length) return null
    this.#waiting = bytes.subarray(end + 4 + length)
    return { response: { ...head, body: bytes.subarray(end + 4, end + 4 + length).toString('utf8') } }
  }
}

function parseHead(head: string): Omit<RtspResponse, 'body'> {
  const [first = '', ...lines] = head.split('\r\n')
  const status = /^RTSP\/1\.\d (\d{3}) ?(.*)$/.exec(first)
  if (!status) throw new Error(`expected an RTSP answer, received ${shown(Buffer.from(first))}`)
  const headers: Record<string, string[]> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()]
  }
  return { status: Number(status[1]), reason: status[2]!, headers }
}

function isRtsp(bytes: Buffer): boolean {
  return 'RTSP/1.'.startsWith(bytes.subarray(0, 7).toString('latin1'))
}

function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.subarray(0, 60).toString('latin1'))
}
