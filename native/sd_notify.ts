/** Messages to the service manager, as sd_notify(3) has them. A small library of its own: the agent loads no pipeline. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { addonFolder } from './folder.ts'

interface SdNotify {
  notify(socket: string, state: string): void
}

/** Sends to the socket of that path or `@name`. Throws where it cannot, and never waits. */
export function sdNotify(socket: string, environment: NodeJS.ProcessEnv = process.env): (state: string) => void {
  const folder = addonFolder(environment)
  if (folder === null) throw new Error('expected sd_notify.node beside the addon, found none: run ./dev build')
  const library = createRequire(import.meta.url)(join(folder, 'sd_notify.node')) as SdNotify
  return (state) => library.notify(socket, state)
}
