/** Fastify with what every route has: schemas decide what comes in, faults say what is wrong, nobody stays nameless. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify } from 'fastify'
import { Fault, faultOf, HttpFault } from './fault.ts'

/** JSON bodies are a few addresses; pictures come as multipart, with a limit of their own. */
const JSON_LIMIT_BYTES = 64 * 1024
/** From the first byte of a request to its last. */
const REQUEST_LIMIT_MS = 60_000
const CONNECTIONS = 4_096
/** A second one would be sent to where nobody is. */
const RETRY_AFTER_S = 1

export type App = ReturnType<typeof makeApp>

export interface AppLog {
  error(details: object, message: string): void
}

export function makeApp(log: AppLog) {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: JSON_LIMIT_BYTES,
    requestTimeout: REQUEST_LIMIT_MS,
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    schemaErrorFormatter: ([fault], where) => new Error(fault ? inWords(fault, where) : `${where} is not valid`),
    // What is not in a schema is refused, not taken out unseen.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } }
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = CONNECTIONS
  app.addSchema(Fault)
  app.setSerializerCompiler(asItIs)
  app.setErrorHandler((error, request, reply) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number }
    const isOurs = error instanceof HttpFault
    if (statusCode >= 500 && !isOurs) {
      log.error(
        { error: String(error), stack: (error as Error).stack },
        `${request.method} ${request.routeOptions.url ?? ''} failed`
      )
      return reply.code(500).send(faultOf(500, 'Something failed inside the box; its log tells more.'))
    }
    const retryAfterS = isOurs ? error.retryAfterS : statusCode === 429 || statusCode === 503 ? RETRY_AFTER_S : null
    if (retryAfterS !== null) reply.header('retry-after', String(retryAfterS))
    if (statusCode === 401) reply.header('www-authenticate', 'Bearer')
    return reply.code(statusCode).send(faultOf(statusCode, message))
  })
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(faultOf(404, `expected a path of /docs, received ${request.method} ${request.url.slice(0, 200)}`))
  )
  return app
}

function inWords({ instancePath, message = 'to be valid', params }: SchemaFault, where: string): string {
  const allowed = Array.isArray(params.allowedValues) ? ` (${params.allowedValues.join(', ')})` : ''
  const extra = typeof params.additionalProperty === 'string' ? `: ${params.additionalProperty.slice(0, 100)}` : ''
  return `expected ${where}${instancePath} ${message.replace(/^must /, 'to ')}${allowed}${extra}`
}

/** Answers are made by typed code: their schemas describe, they do not filter. For each scope that adds schemas. */
export const asItIs = () => (value: unknown) => JSON.stringify(value)

interface SchemaFault {
  instancePath: string
  message?: string
  params: Record<string, unknown>
}
