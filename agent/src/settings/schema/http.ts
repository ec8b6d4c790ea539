/** Who may use the box's own HTTP interface, where it is found, and how much it takes on. */
import Type, { type Static } from 'typebox'
import { Secret } from '../secret.ts'
import { closed } from './closed.ts'

const Optional = Type.Optional

export const HttpSettingsFile = Type.Object(
  {
    host: Optional(Type.String({ minLength: 1 })),
    port: Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    /** Put before every path, such as /vedette. */
    prefix: Optional(Type.String({ pattern: '^(/[A-Za-z0-9._~-]+)*$' })),
    metricsPath: Optional(Type.String({ pattern: '^(/[A-Za-z0-9._~-]+)+$' })),
    /** Whether metricsPath answers. */
    metrics: Optional(Type.Boolean()),
    token: Optional(Type.String({ minLength: 16, description: 'a token of 16 signs or more' })),
    /** Names under which the box is reached, beside its addresses: `Host` must be one of them where there is no token. */
    names: Optional(Type.Array(Type.String({ minLength: 1 }))),
    /** Origins of pages from elsewhere that may use it. */
    cors: Optional(Type.Array(Type.String({ pattern: '^https?://[^/\\s]+$' }))),
    /** Who looks at one camera at the same time. */
    maxViewers: Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    images: Optional(
      Type.Object(
        {
          maxBatch: Optional(Type.Integer({ minimum: 1, maximum: 64 })),
          maxWaitMs: Optional(Type.Number({ minimum: 0, maximum: 1000 })),
          maxWaiting: Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
          maxBytes: Optional(Type.Integer({ minimum: 1024, maximum: 32 * 1024 * 1024 })),
          maxPixels: Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
          /** Threads of inference. */
          threads: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
          /** From the start on, not only from the first picture until five minutes after the last. */
          always: Optional(Type.Boolean())
        },
        closed
      )
    )
  },
  closed
)
export type HttpSettingsFile = Static<typeof HttpSettingsFile>

export interface HttpSettings {
  host: string
  port: number
  prefix: string
  metricsPath: string
  metrics: boolean
  /** Whoever knows it may do everything here; null only on loopback. */
  token: Secret | null
  names: string[]
  cors: string[]
  maxViewers: number
  images: ImageSettings
}

export interface ImageSettings {
  maxBatch: number
  maxWaitMs: number
  maxWaiting: number
  maxBytes: number
  maxPixels: number
  /** null: one for each core. */
  threads: number | null
  always: boolean
}

const images: ImageSettings = {
  maxBatch: 8,
  maxWaitMs: 5,
  maxWaiting: 256,
  maxBytes: 16 * 1024 * 1024,
  maxPixels: 50_000_000,
  threads: null,
  always: false
}

export function httpSettings(given: HttpSettingsFile = {}): HttpSettings {
  return {
    ...{
      host: '127.0.0.1',
      port: 8000,
      prefix: '',
      metricsPath: '/metrics',
      metrics: true,
      names: [],
      cors: [],
      maxViewers: 100
    },
    ...given,
    token: given.token === undefined ? null : new Secret(given.token),
    images: { ...images, ...given.images }
  }
}

/** In words, why nobody may listen like that; null when all is well. */
export function whyExposed({ host, token }: Pick<HttpSettings, 'host' | 'token'>): string | null {
  if (token !== null || isLoopback(host)) return null
  return `expected http.token because http.host is ${host}, which others can reach, received none; set http.token, such as !file http-token, or http.host: 127.0.0.1`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
