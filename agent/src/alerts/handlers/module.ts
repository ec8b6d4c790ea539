/** A user's own module: `handle(alert)`, in a process of its own (agent/src/user_module). */

import type { AlertHandler } from '../alert_handler.ts'
import { alertJson } from '../alert_json.ts'

/** The process that runs it. */
export interface CalledModule {
  start(): void
  stop(): Promise<void>
  call(method: string, args: unknown[], bytes: { name: string; data: Uint8Array } | null): Promise<unknown>
}

export interface ModuleOptions extends Pick<AlertHandler, 'name' | 'minSeverity' | 'takesPicture'> {
  module: CalledModule
}

export function moduleHandler({ name, minSeverity, takesPicture, module }: ModuleOptions): AlertHandler {
  module.start()
  return {
    ...{ name, minSeverity, takesPicture },
    async handle({ picture, ...alert }) {
      await module.call('handle', [alertJson(alert)], picture && { name: 'picture', data: picture })
    },
    stop: () => module.stop()
  }
}
