/** Where the console is, and what the box proves itself with. */
import { DEFAULT_ROOT } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { Secret } from '../secret.ts'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

const Optional = Type.Optional

export const ConsoleFile = Type.Object(
  {
    url: Type.String({ pattern: '^https?://' }),
    mqtt: Type.String({ pattern: '^mqtts?://' }),
    secret: Type.String({ minLength: 1 }),
    root: Optional(Type.String({ pattern: '^[^+#\\s]+$' })),
    /** PEM file of the authority that signed the console's certificate. */
    ca: Optional(FilePath)
  },
  closed
)
export type ConsoleFile = Static<typeof ConsoleFile>

export interface ConsoleSettings {
  url: string
  mqtt: string
  secret: Secret
  root: string
  ca: string | null
}

export function consoleSettings({ url, mqtt, secret, root, ca }: ConsoleFile): ConsoleSettings {
  return {
    url: url.replace(/\/+$/, ''),
    mqtt,
    secret: new Secret(secret),
    root: root ?? DEFAULT_ROOT,
    ca: ca ?? null
  }
}
