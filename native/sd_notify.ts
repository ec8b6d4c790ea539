/** Messages to the service manager, as sd_notify(3) has them. */
import { hostLibrary } from './host_library.ts'

interface SdNotify {
  notify(socket: string, state: string): void
}

/** Sends to the socket of that path or `@name`. Throws where it cannot, and never waits. */
export function sdNotify(socket: string, environment: NodeJS.ProcessEnv = process.env): (state: string) => void {
  const library = hostLibrary('sd_notify', environment) as SdNotify
  return (state) => library.notify(socket, state)
}
