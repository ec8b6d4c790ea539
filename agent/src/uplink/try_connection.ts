/**
 * Whether the broker takes this box, asked by connecting once and leaving again. A broker keeps one connection a box: do
 * not ask while the agent is online.
 */
import { readFileSync } from 'node:fs'
import { connectAsync } from 'mqtt'
import { hostOf, inWords } from './refusal.ts'
import type { Connection } from './session.ts'

const LIMIT_MS = 10_000

/** Null: it does; else why not, in words. */
export async function tryConnection({ url, box, secret, caFile }: Connection): Promise<string | null> {
  try {
    const options = {
      protocolVersion: 4 as const,
      clean: true,
      clientId: box,
      username: box,
      password: secret,
      connectTimeout: LIMIT_MS,
      reconnectPeriod: 0,
      ...(caFile === null ? {} : { ca: readFileSync(caFile) })
    }
    const client = await connectAsync(url, options, false)
    await client.endAsync()
    return null
  } catch (error) {
    return inWords(error as Error & { code?: unknown }, hostOf(url), box)
  }
}
