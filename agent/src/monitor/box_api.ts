/** The box's own HTTP interface, as whoever watches it asks it: health, metrics and the newest events. */
import { check, HeldBack } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { type Sample, samples } from './prometheus_text.ts'

const Health = Type.Object({
  status: Type.String(),
  reasons: Type.Array(Type.String()),
  box: Type.String(),
  agentVersion: Type.String(),
  uptimeS: Type.Number(),
  console: Type.Union([Type.Object({ state: Type.String(), reason: Type.String() }), Type.Null()]),
  engine: Type.Object({ state: Type.String(), reason: Type.String(), restarts: Type.Number() }),
  spool: Type.Object({ waiting: Type.Number(), inMemory: Type.Number() }),
  alerts: Type.Object({
    sent: Type.Number(),
    waiting: Type.Number(),
    held: HeldBack
  }),
  cameras: Type.Record(
    Type.String(),
    Type.Object({ state: Type.String(), reason: Type.String(), fps: Type.Number(), analysedFps: Type.Number() })
  )
})
export type Health = Static<typeof Health>

const Events = Type.Object({
  events: Type.Array(Type.Object({ at: Type.String(), severity: Type.String(), words: Type.String() }))
})
export type BoxEvent = Static<typeof Events>['events'][number]

export interface Answers {
  health: Health
  samples: Sample[]
  /** Newest first. */
  events: BoxEvent[]
}

export interface BoxApiOptions {
  /** With the prefix, without a slash at its end. */
  url: string
  metricsPath: string
  /** What /v1/events and the rest want where the box has one. */
  token: string | null
}

const LIMIT_MS = 5000
const EVENTS = 20

export class BoxApi {
  readonly #options: BoxApiOptions

  constructor(options: BoxApiOptions) {
    this.#options = options
  }

  /** Rejects with what is wrong and what to do, in words. */
  async look(signal: AbortSignal): Promise<Answers> {
    const [health, metrics, events] = await Promise.all([
      this.#get('/health', signal),
      this.#get(this.#options.metricsPath, signal),
      this.#get(`/v1/events?limit=${EVENTS}`, signal)
    ])
    return {
      // 503 is an answer: degraded.
      health: check(Health, JSON.parse(health.body), '/health'),
      samples: metrics.status === 200 ? samples(metrics.body) : [],
      events: events.status === 200 ? check(Events, JSON.parse(events.body), '/v1/events').events : []
    }
  }

  async #get(path: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
    const { url, token } = this.#options
    let answer: Response
    try {
      answer = await fetch(`${url}${path}`, {
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
      })
    } catch (error) {
      throw new Error(unreachable(url, error as Error))
    }
    if (answer.status === 401)
      throw new Error(`${url} wants its token: give --config FILE of the box, or set VEDETTE_HTTP_TOKEN.`)
    if (answer.status === 403) throw new Error(`${url} refuses this name (${await answer.text()}): ask 127.0.0.1.`)
    return { status: answer.status, body: await answer.text() }
  }
}

function unreachable(url: string, error: Error): string {
  const { code, message = error.message } = (error.cause ?? {}) as { code?: string; message?: string }
  if (code === 'ECONNREFUSED')
    return `Nothing listens at ${url}: is the agent running there? Give --url, or --config FILE of the box.`
  if (error.name === 'TimeoutError') return `${url} does not answer within ${LIMIT_MS / 1000} s.`
  return `${url} does not answer (${code ?? message}).`
}
