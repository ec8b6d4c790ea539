/** `dn/command/{id}` and `up/reply/{id}`: things to do once. Expire; done at most once for an id. */
import Type, { type Static } from 'typebox'
import { Id, Text, Time, Version } from './scalars.ts'

export const Command = Type.Object({
  v: Version,
  expires: Time,
  do: Type.Union([
    Type.Object({ command: Type.Literal('announce') }),
    Type.Object({
      command: Type.Literal('restart'),
      what: Type.Union([Type.Literal('agent'), Type.Literal('engine')])
    }),
    Type.Object({ command: Type.Literal('snapshot'), camera: Id }),
    Type.Object({ command: Type.Literal('diagnose') }),
    Type.Object({
      command: Type.Literal('log-level'),
      level: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')])
    })
  ])
})
export type Command = Static<typeof Command>

export const Reply = Type.Object({
  v: Version,
  at: Time,
  ok: Type.Boolean(),
  message: Text,
  /** For a snapshot: JPEG, base64. For diagnose: an object. */
  result: Type.Optional(Type.Unknown())
})
export type Reply = Static<typeof Reply>

/** `up/log`: lines of the agent's log, while leased. */
export const Log = Type.Object({
  v: Version,
  lines: Type.Array(
    Type.Object({
      at: Time,
      level: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')]),
      message: Text
    }),
    { minItems: 1, maxItems: 200 }
  )
})
export type Log = Static<typeof Log>
