/** The box's detection strategies: those of its settings, their processes, and where what they find goes. */
import { batchEntry, clipped, type EventBody, encodeFrame, type PlainFrame, type Severity } from '@vedette/protocol'
import type { GuestSources } from '../http/guest_sources.ts'
import type { Logger } from '../log.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { StrategySettings } from '../settings/schema/strategies.ts'
import type { Settings } from '../settings.ts'
import { Strategies } from '../strategies/strategies.ts'
import { strategyEntry } from '../strategy_entry.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { UserModule } from '../user_module/user_module.ts'
import { userModuleEntry } from '../user_module_entry.ts'

type PackedFrames = Parameters<Uplink['frames']>[0]

export type BoxStrategies = Strategies<StrategySettings>

export interface BoxStrategiesOptions {
  settings: Settings
  engine: Pick<Engine, 'tapPixels'>
  uplink: Pick<Uplink, 'findings'>
  /** Streams that the console is not told of. */
  guests: Pick<GuestSources, 'isGuest'>
  /** What a strategy found, as frames, for who asks this box itself. */
  seen(frames: PackedFrames, strategy: string): void
  emit(event: EventBody, severity: Severity): void
  report(): void
  log: Logger
}

export function boxStrategies(options: BoxStrategiesOptions): BoxStrategies {
  const { settings, engine, uplink, guests, seen, emit, report, log } = options
  const told = (line: string) => log.info({ from: 'strategy' }, line)
  return new Strategies({
    strategies: settings.detection.strategies,
    makeModule: ({ name, runs, config, limitMs, memoryMiB }, changed) =>
      new UserModule({
        name,
        entry: userModuleEntry(),
        path: runs.kind === 'module' ? runs.path : strategyEntry(runs.kind),
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
    found(frame) {
      // Tracks, rules and results read it like a frame of the pipeline; on the wire it stands apart from those.
      const frames = packed(frame, 'frames')
      if (!guests.isGuest(frame.camera)) uplink.findings(frame.strategy, packed(frame, 'findings'), frames)
      seen(frames, frame.strategy)
    },
    changed(strategy, { state, reason }) {
      log[state === 'backing_off' ? 'warn' : 'info']({ strategy, state }, reason)
      const event = { kind: 'strategy.state', strategy, state, reason: clipped(reason) } as const
      // Each start passes through it: of no interest to anybody.
      if (state !== 'starting') emit(event, state === 'running' ? 'info' : 'error')
    },
    reported: report,
    log: told
  })
}

function packed(frame: PlainFrame, list: 'frames' | 'findings'): PackedFrames {
  const bytes = batchEntry(list, encodeFrame(frame))
  return {
    bytes,
    offsets: Uint32Array.of(0, bytes.length),
    cameras: Uint32Array.of(frame.camera),
    objects: Uint32Array.of(frame.classId.length)
  }
}
