/** The box's detection strategies: those of its settings, their processes, and where what they find goes. */
import { fileURLToPath } from 'node:url'
import type { EventBody, Severity } from '@vedette/protocol'
import type { Logger } from '../log.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { StrategySettings } from '../settings/schema/strategies.ts'
import type { Settings } from '../settings.ts'
import { asFrame } from '../strategies/found_frame.ts'
import { Strategies, type StrategyFindings } from '../strategies/strategies.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { UserModule } from '../user_module/user_module.ts'
import { userModuleEntry } from '../user_module_entry.ts'

export type BoxStrategies = Strategies<StrategySettings>

export interface BoxStrategiesOptions {
  settings: Settings
  engine: Pick<Engine, 'tapPixels'>
  uplink: Pick<Uplink, 'findings'>
  emit(event: EventBody, severity: Severity): void
  report(): void
  log: Logger
}

export function boxStrategies({ settings, engine, uplink, emit, report, log }: BoxStrategiesOptions): BoxStrategies {
  const told = (line: string) => log.info({ from: 'strategy' }, line)
  return new Strategies({
    strategies: settings.detection.strategies,
    makeModule: ({ name, runs, config, limitMs, memoryMiB }, changed) =>
      new UserModule({
        name,
        entry: userModuleEntry(),
        path: runs.kind === 'module' ? runs.path : builtIn(runs.kind),
        export: runs.kind === 'module' ? runs.export : null,
        config,
        needs: ['detect'],
        keeps: { detect: 'shouldProcess' },
        callLimitMs: limitMs,
        memoryMiB,
        log: told,
        changed
      }),
    tap: (options, onPicture) => engine.tapPixels(options, onPicture),
    found: (findings) => uplink.findings(packed(findings, findings.bytes), packed(findings, asFrame(findings.bytes))),
    changed(strategy, { state, reason }) {
      log[state === 'backing_off' ? 'warn' : 'info']({ strategy, state }, reason)
      const event = { kind: 'strategy.state', strategy, state, reason: reason.slice(0, 2000) } as const
      // Each start passes through it: of no interest to anybody.
      if (state !== 'starting') emit(event, state === 'running' ? 'info' : 'error')
    },
    reported: report,
    log: told
  })
}

function packed({ camera, objects }: StrategyFindings, bytes: Buffer) {
  return {
    bytes,
    offsets: Uint32Array.of(0, bytes.length),
    cameras: Uint32Array.of(camera),
    objects: Uint32Array.of(objects)
  }
}

/** As for the engine: the source in the checkout, a bundle beside the agent in what ships. */
function builtIn(kind: 'template' | 'motion'): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? `./pipeline/pixels/${kind}.ts` : `./${kind}_strategy.js`, import.meta.url))
}
