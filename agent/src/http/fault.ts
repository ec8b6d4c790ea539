/** What an answer says when there is no other: which kind of trouble, and in words what to do about it. */
import { STATUS_CODES } from 'node:http'
import Type, { type Static } from 'typebox'

export const Fault = Type.Object(
  {
    statusCode: Type.Integer({ minimum: 400, maximum: 599 }),
    error: Type.String(),
    message: Type.String({ description: 'What is wrong, and what to do about it.' })
  },
  { $id: 'Fault', description: 'Why a request was not done.' }
)
export type Fault = Static<typeof Fault>

export function faultOf(statusCode: number, message: string): Fault {
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Unknown', message }
}

export class HttpFault extends Error {
  override name = 'HttpFault'
  readonly statusCode: number
  readonly retryAfterS: number | null

  constructor(statusCode: number, message: string, retryAfterS: number | null = null) {
    super(message)
    this.statusCode = statusCode
    this.retryAfterS = retryAfterS
  }
}

/** For `response` of a route: what else than its answer may come, by status. */
export function faults<S extends number>(...statuses: S[]): Record<S, ReturnType<typeof reference>> {
  return Object.fromEntries(statuses.map((status) => [status, reference()])) as Record<S, ReturnType<typeof reference>>
}

function reference() {
  return Type.Ref('Fault')
}
