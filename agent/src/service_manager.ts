/** The service manager of this process, found in its environment. */
import { sdNotify } from '@vedette/native/sd_notify'
import { ServiceManager, watchdogMs } from './systemd/service_manager.ts'

const NAMES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const

/** Takes it out of the environment: the engine and other children must not speak for the agent. */
export function serviceManager(environment: NodeJS.ProcessEnv, trouble: (message: string) => void): ServiceManager {
  const socket = environment.NOTIFY_SOCKET
  const waits = watchdogMs(environment, process.pid)
  for (const name of NAMES) delete environment[name]
  return new ServiceManager({ send: socket ? connected(socket, trouble) : null, watchdogMs: waits, trouble })
}

function connected(socket: string, trouble: (message: string) => void): ((state: string) => void) | null {
  try {
    return sdNotify(socket)
  } catch (error) {
    trouble(`systemd cannot be told: ${(error as Error).message}`)
    return null
  }
}
