/** What keeps a box well for years: its clock, its share of the disk, its figures. Composes the rooms for main. */
import { basename, dirname, join } from 'node:path'
import type { EventBody, Severity } from '@vedette/protocol'
import { BoxClock } from '../clock/box_clock.ts'
import { SeenTime } from '../clock/seen_time.ts'
import { DiskBudget } from '../disk/disk_budget.ts'
import { oldFiles } from '../disk/old_files.ts'
import type { Spare } from '../disk/spare.ts'
import type { Logger } from '../log.ts'
import { Wellness } from '../report/wellness.ts'
import { busyProcessor, type Limits } from '../settings/schema/limits.ts'
import type { Settings } from '../settings.ts'

export interface BoxUpkeepOptions {
  /** `dataDir` is where the box really keeps its state. */
  settings: Settings
  emit(event: EventBody, severity: Severity): void
  /** Times of events until now were off by so much. */
  correctTimes(byMs: number): void
  /** What is kept of models that are not used. */
  spareModels(): Promise<Omit<Spare, 'what'>[]>
  /** What the pipeline runs on. */
  family(): 'cpu' | 'deepstream'
  /** `words` has changed. */
  changed(): void
  log: Logger
}

export class BoxUpkeep {
  readonly clock: BoxClock
  readonly disk: DiskBudget
  readonly wellness: Wellness
  readonly #seen: SeenTime
  readonly #log: Logger

  constructor({ settings, emit, correctTimes, spareModels, family, changed, log }: BoxUpkeepOptions) {
    const { dataDir, disk, limits } = settings
    this.#log = log
    this.#seen = new SeenTime(dataDir)
    this.clock = new BoxClock({
      floorMs: this.#seen.floorMs(),
      jumped(byMs, reason) {
        log.warn({ byMs }, reason)
        correctTimes(byMs)
        emit({ kind: 'clock.jumped', byMs, reason }, 'warning')
      }
    })
    this.wellness = new Wellness({ limits: () => limitsOn(limits, family()), emit, wall: () => this.clock.now() })
    this.disk = new DiskBudget({
      directory: dataDir,
      ...disk,
      spares: [
        () => oldFiles(join(dataDir, 'crashes'), { pattern: /\.(json|dot)$/, what: 'record of a crash' }),
        () => oldFiles(dataDir, { pattern: /\.damaged-\d+$/, what: 'damaged spool' }),
        () => oldLogs(settings.log.file),
        async () => (await spareModels()).map((spare) => ({ ...spare, what: 'engine that is not used' }))
      ],
      freed(bytes, reason) {
        log.warn({ bytes }, reason)
        emit({ kind: 'disk.freed', bytes, reason }, 'warning')
      },
      changed,
      log
    })
  }

  /** Of the box itself: what is wrong, what to do. */
  get words(): string[] {
    const levels = this.wellness.levels.map(({ reason }) => reason)
    return [this.clock.words, this.disk.words, ...levels].filter((words) => words !== '')
  }

  /** With every health message: what the system says of its clock. */
  look(state: Parameters<BoxClock['look']>[0]): void {
    this.clock.look(state)
    // A clock that is wrong must not become what later starts believe.
    if (!this.clock.isTrusted) return
    this.#seen
      .keep(this.clock.now())
      .catch((error: Error) => this.#log.debug(`the time could not be kept: ${error.message}`))
  }
}

/** A processor that infers is busy with its work; what that costs is told by the frames that are thrown away. */
export function limitsOn(limits: Limits, family: 'cpu' | 'deepstream'): Limits {
  return { ...limits, cpuPercent: limits.cpuPercent ?? (family === 'cpu' ? null : busyProcessor) }
}

function oldLogs(file: string | null): Promise<Spare[]> {
  if (file === null) return Promise.resolve([])
  const name = basename(file).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return oldFiles(dirname(file), { pattern: new RegExp(`^${name}\\.\\d+$`), what: 'old log file' })
}
