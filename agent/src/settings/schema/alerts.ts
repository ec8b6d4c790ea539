/** When alerts go out, and where to. */
import { join } from 'node:path'
import { AlertLimits, Name, Severity } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { Secret } from '../secret.ts'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

const Optional = Type.Optional
const HttpUrl = Type.String({
  pattern: '^https?://[^@\\s/]+(/\\S*)?$',
  description: 'http:// or https:// without user and password'
})

const common = {
  /** In the log, in health and in metrics. Absent: its kind. */
  name: Optional(Name),
  enabled: Optional(Type.Boolean()),
  /** Alerts that are less grave do not go there. */
  minSeverity: Optional(Severity)
}
const reached = {
  /** PEM file of the authority that signed its certificate. */
  ca: Optional(FilePath),
  timeoutS: Optional(Type.Number({ minimum: 1, maximum: 60 }))
}
const picture = { picture: Optional(Type.Boolean()) }

const HandlerFile = Type.Union([
  Type.Object({ kind: Type.Literal('console'), ...common }, closed),
  Type.Object(
    {
      kind: Type.Literal('file'),
      ...common,
      file: Optional(FilePath),
      maxBytes: Optional(Type.Integer({ minimum: 4096 })),
      maxAgeDays: Optional(Type.Number({ exclusiveMinimum: 0 })),
      keep: Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
      sync: Optional(Type.Union([Type.Literal('each'), Type.Literal('never')]))
    },
    closed
  ),
  Type.Object(
    {
      kind: Type.Literal('webhook'),
      ...common,
      url: HttpUrl,
      secret: Optional(Type.String({ minLength: 1 })),
      ...reached,
      ...picture
    },
    closed
  ),
  Type.Object({ kind: Type.Literal('slack'), ...common, url: HttpUrl, ...reached }, closed),
  Type.Object(
    {
      kind: Type.Literal('mqtt'),
      ...common,
      url: Type.String({
        pattern: '^mqtts?://[^@\\s]+$',
        description: 'mqtt:// or mqtts:// without user and password'
      }),
      /** `{box}`, `{camera}`, `{rule}` and `{severity}` in it are replaced. */
      topic: Type.String({ pattern: '^[^+#\\s]+$', maxLength: 500 }),
      user: Optional(Type.String()),
      password: Optional(Type.String()),
      ...reached,
      ...picture
    },
    closed
  ),
  Type.Object(
    {
      kind: Type.Literal('email'),
      ...common,
      host: Type.String({ minLength: 1 }),
      port: Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
      security: Optional(Type.Union([Type.Literal('tls'), Type.Literal('starttls'), Type.Literal('none')])),
      user: Optional(Type.String()),
      password: Optional(Type.String()),
      from: Type.String({ pattern: '@' }),
      to: Type.Array(Type.String({ pattern: '@' }), { minItems: 1, maxItems: 50 }),
      ...reached,
      ...picture
    },
    closed
  ),
  Type.Object(
    {
      kind: Type.Literal('module'),
      ...common,
      path: FilePath,
      /** Absent: its default export. */
      export: Optional(Type.String({ minLength: 1 })),
      config: Optional(Type.Record(Type.String(), Type.Unknown())),
      timeoutS: reached.timeoutS,
      memoryMiB: Optional(Type.Integer({ minimum: 64, maximum: 16_384 })),
      ...picture
    },
    closed
  )
])
type HandlerFile = Static<typeof HandlerFile>

export const AlertsFile = Type.Object(
  {
    ...AlertLimits.properties,
    /** What is wrong with the box itself, and that it is over. */
    troubles: Optional(
      Type.Object(
        {
          cameraDown: Optional(Type.Boolean()),
          /** Down, or back, for so long. */
          cameraDownS: Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
          engineFalls: Optional(Type.Boolean()),
          /** A figure of `limits` that is at this level. */
          level: Optional(Type.Union([Type.Literal('off'), Type.Literal('warn'), Type.Literal('bad')]))
        },
        closed
      )
    ),
    /** Also by kind alone, and as the source documents write them (`settings/handlers.ts`). Absent: console. */
    handlers: Optional(Type.Array(HandlerFile, { maxItems: 32 }))
  },
  closed
)
export type AlertsFile = Static<typeof AlertsFile>

interface Common {
  name: string
  minSeverity: Severity
}
interface Reached {
  caFile: string | null
  timeoutMs: number
}
export type HandlerSettings =
  | (Common & { kind: 'console' })
  | (Common & { kind: 'file'; file: string; maxBytes: number; maxAgeMs: number; keep: number; sync: 'each' | 'never' })
  | (Common & Reached & { kind: 'webhook'; url: Secret; secret: Secret | null; takesPicture: boolean })
  | (Common & Reached & { kind: 'slack'; url: Secret })
  | (Common & Reached & { kind: 'mqtt'; url: string; topic: string; takesPicture: boolean } & Login)
  | (Common &
      Reached &
      Login & {
        kind: 'email'
        host: string
        port: number
        security: 'tls' | 'starttls' | 'none'
        from: string
        to: string[]
        takesPicture: boolean
      })
  | (Common & {
      kind: 'module'
      path: string
      export: string | null
      config: Record<string, unknown>
      timeoutMs: number
      memoryMiB: number
      takesPicture: boolean
    })
interface Login {
  user: string | null
  password: Secret | null
}

export interface AlertSettings {
  limits: AlertLimits
  troubles: { cameraDown: boolean; cameraDownS: number; engineFalls: boolean; level: 'off' | 'warn' | 'bad' }
  handlers: HandlerSettings[]
}

const DAY_MS = 86_400_000
const MIB = 1024 * 1024
const usualTroubles = { cameraDown: true, cameraDownS: 30, engineFalls: true, level: 'bad' } as const
const PORTS = { tls: 465, starttls: 587, none: 25 } as const

export function alertSettings(given: AlertsFile = {}, dataDir: string): AlertSettings {
  const { handlers = [{ kind: 'console' }], troubles, ...limits } = given
  const enabled = handlers.filter((one) => one.enabled ?? true)
  return {
    limits,
    troubles: { ...usualTroubles, ...troubles },
    handlers: named(enabled.map((one) => handlerSettings(one, dataDir)))
  }
}

/** Two of a kind without names are told apart by a number; settings of one name would share a queue. */
function named(handlers: HandlerSettings[]): HandlerSettings[] {
  const taken = new Set<string>()
  return handlers.map((handler) => {
    let name = handler.name
    for (let n = 2; taken.has(name); n++) name = `${handler.name}-${n}`
    taken.add(name)
    return { ...handler, name }
  })
}

function handlerSettings(given: HandlerFile, dataDir: string): HandlerSettings {
  const own = { name: given.name ?? given.kind, minSeverity: given.minSeverity ?? 'debug' } as const
  const secret = (text: string | undefined) => (text === undefined ? null : new Secret(text))
  const reachedBy = ({ ca, timeoutS = 30 }: { ca?: string; timeoutS?: number }) => {
    return { caFile: ca ?? null, timeoutMs: timeoutS * 1000 }
  }
  switch (given.kind) {
    case 'console':
      return { kind: 'console', ...own }
    case 'file': {
      const { file, maxBytes = 100 * MIB, maxAgeDays = 30, keep = 5, sync = 'each' } = given
      const path = file ?? join(dataDir, 'alerts.log')
      return { kind: 'file', ...own, file: path, maxBytes, maxAgeMs: maxAgeDays * DAY_MS, keep, sync }
    }
    case 'webhook': {
      const { url, picture = true } = given
      return {
        kind: 'webhook',
        ...own,
        ...reachedBy(given),
        url: new Secret(url),
        secret: secret(given.secret),
        takesPicture: picture
      }
    }
    case 'slack':
      return { kind: 'slack', ...own, ...reachedBy(given), url: new Secret(given.url) }
    case 'mqtt': {
      const { url, topic, user = null, picture = false } = given
      return {
        kind: 'mqtt',
        ...own,
        ...reachedBy(given),
        url,
        topic,
        user,
        password: secret(given.password),
        takesPicture: picture
      }
    }
    case 'email': {
      const { host, security = 'starttls', user = null, from, to, picture = true } = given
      const port = given.port ?? PORTS[security]
      const login = { user, password: secret(given.password) }
      return {
        kind: 'email',
        ...own,
        ...reachedBy(given),
        host,
        port,
        security,
        ...login,
        from,
        to,
        takesPicture: picture
      }
    }
    case 'module': {
      const { path, config = {}, timeoutS = 10, memoryMiB = 256, picture = false } = given
      const limits = { timeoutMs: timeoutS * 1000, memoryMiB }
      return { kind: 'module', ...own, path, export: given.export ?? null, config, ...limits, takesPicture: picture }
    }
  }
}
