/** What `dn/command` can make this box do. */
import type { Command } from '@vedette/protocol'
import type { Log } from '../log.ts'

type Do = Command['do']
type Of<C extends Do['command']> = Extract<Do, { command: C }>
interface Answer {
  message: string
  result?: unknown
}

export interface BoxCommandsOptions {
  log: Log
  announce(): void
  restartEngine(reason: string): void
  /** Ends the process in good order; its supervisor starts it again. */
  restartAgent(): void
  snapshot(camera: string): Promise<{ jpeg: Uint8Array; width: number; height: number; capturedUs: number }>
  diagnose(): Promise<unknown>
}

const HOUR_MS = 3_600_000
/** Time for the answer to leave before the agent does. */
const GOODBYE_MS = 500

export function boxCommands(options: BoxCommandsOptions) {
  let lowered: NodeJS.Timeout | null = null
  return {
    announce(): Answer {
      options.announce()
      return { message: 'Announced.' }
    },
    restart({ what }: Of<'restart'>): Answer {
      if (what === 'engine') options.restartEngine('Restarted by a command.')
      else setTimeout(options.restartAgent, GOODBYE_MS)
      return { message: `Restarting the ${what}.` }
    },
    async snapshot({ camera }: Of<'snapshot'>): Promise<Answer> {
      const { jpeg, width, height, capturedUs } = await options.snapshot(camera)
      const at = new Date(capturedUs / 1000).toISOString()
      return { message: `${width}×${height} at ${at}`, result: Buffer.from(jpeg).toString('base64') }
    },
    async diagnose(): Promise<Answer> {
      return { message: 'See the result.', result: await options.diagnose() }
    },
    'log-level'({ level }: Of<'log-level'>): Answer {
      if (lowered) clearTimeout(lowered)
      options.log.setLevel(level)
      lowered = setTimeout(() => options.log.setLevel(null), HOUR_MS).unref()
      return { message: `Logging at level ${level} for an hour.` }
    }
  }
}
