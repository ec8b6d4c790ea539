/** Tells who started the process where it listens: `ready.json` in the data folder, and a first sign-in link. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { log } from './log.ts'
import type { Settings } from './settings.ts'
import type { Started } from './start.ts'

/** `entry.js` emits it with the address, once the HTTP server listens. */
const LISTENING = 'vedette:listening' as 'exit'

export function announceReady(started: Started, settings: Settings): void {
  const file = join(settings.dataDir, 'ready.json')
  rmSync(file, { force: true })
  process.once(LISTENING, (address: unknown) => {
    const url = settings.origin?.origin ?? String(address)
    const token = started.firstToken()
    const signIn = token === null ? null : `${url}/welcome?token=${token}`
    const { mqttPort, readOnlyPort } = started.rooms.status()
    const ready = { url, mqttPort, readOnlyPort, pid: process.pid, ...(signIn && { signIn }) }
    // Renamed, so that nobody reads half of it; private, because the link makes the first account.
    writeFileSync(`${file}.new`, `${JSON.stringify(ready)}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    log('info', `console at ${url}, MQTT on port ${mqttPort}, read-only MQTT on port ${readOnlyPort}`)
    if (signIn) log('info', `nobody can sign in yet; open this link once to choose a name and password: ${signIn}`)
  })
}
