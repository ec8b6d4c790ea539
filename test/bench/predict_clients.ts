/** So many clients of `/predict/`, each of which asks again as soon as it is answered. */
import { Agent, request } from 'node:http'

export interface Crowd {
  answered: number
  perSecond: number
  /** 429 and 503, which came with Retry-After. */
  refused: number
  /** Anything else, or nothing at all. */
  lost: number
  /** Milliseconds, sorted. */
  latencies: number[]
}

const BOUNDARY = 'vedette-bench'

export async function crowd(
  url: string,
  { clients, jpegs, seconds }: { clients: number; jpegs: Uint8Array[]; seconds: number }
): Promise<Crowd> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const forms = jpegs.map(form)
  const seen: Crowd = { answered: 0, perSecond: 0, refused: 0, lost: 0, latencies: [] }
  const began = performance.now()
  const until = began + seconds * 1000
  const client = async (from: number) => {
    for (let i = from; performance.now() < until; i++) {
      const asked = performance.now()
      const { status, retryAfter } = await post(`${url}/predict/`, forms[i % forms.length]!, agent)
      if (status === 200) {
        seen.answered++
        seen.latencies.push(performance.now() - asked)
      } else if ((status === 429 || status === 503) && retryAfter !== undefined) {
        seen.refused++
        await new Promise((resolve) => setTimeout(resolve, Number(retryAfter) * 1000))
      } else seen.lost++
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)))
  agent.destroy()
  seen.perSecond = (seen.answered / (performance.now() - began)) * 1000
  seen.latencies.sort((a, b) => a - b)
  return seen
}

function form(jpeg: Uint8Array): Buffer {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
}

function post(url: string, body: Buffer, agent: Agent): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve) => {
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': body.length }
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] }))
      answer.on('error', () => resolve({ status: 0, retryAfter: undefined }))
    })
    asked.on('error', () => resolve({ status: 0, retryAfter: undefined }))
    asked.end(body)
  })
}
