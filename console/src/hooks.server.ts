/** The process's side of the console: rooms are started once, every request is signed in or sent away. */

import type { Handle, ServerInit } from '@sveltejs/kit/hooks'
import { guard } from '#lib/server/identity/guard.ts'
import { log } from '#lib/server/log.ts'
import { announceReady } from '#lib/server/ready.ts'
import { readSettings } from '#lib/server/settings.ts'
import { type Started, startRooms } from '#lib/server/start.ts'
import { building } from '$app/env'

let started: Started | null = null

export const init: ServerInit = async () => {
  if (building) return
  const settings = readSettings(process.env)
  const console = await startRooms(settings, { log })
  started = console
  announceReady(console, settings)
  process.on('SIGTERM', console.endStreams)
  process.on('SIGINT', console.endStreams)
  process.on('sveltekit:shutdown' as 'exit', () => {
    void console.stop().catch((error: unknown) => log('error', `while stopping: ${error}`))
  })
}

export const handle: Handle = async ({ event, resolve }) => {
  if (building) return resolve(event)
  if (started === null) throw new Error('expected the rooms to be started before the first request')
  return guard(started, event) ?? resolve(event)
}
