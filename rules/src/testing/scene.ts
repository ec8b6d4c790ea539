/** A camera with rules, and objects that a test puts before it. */
import type { Masks, RuleEvent, Rules, Severity } from '@vedette/protocol'
import type { FrameObjects } from '../frame_objects.ts'
import { RuleSet } from '../rule_set.ts'
import { ZonedClocks } from '../zoned_clocks.ts'

export const LABELS = ['person', 'car', 'dog']
/** A Saturday, 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12)
export const FPS = 10

export interface Thing {
  track: number
  /** Where it stands: the middle of the lower edge of its box. */
  at: readonly [x: number, y: number]
  label?: string
  confidence?: number
  size?: readonly [width: number, height: number]
}

export class Scene {
  readonly events: (RuleEvent & { severity: Severity })[] = []
  readonly set: RuleSet
  /** Of the next frame. */
  ms = NOON

  constructor(rules: Rules, masks: Masks = {}) {
    this.set = new RuleSet({
      camera: 'door',
      labels: LABELS,
      clocks: new ZonedClocks(),
      emit: (event, severity) => this.events.push({ ...event, severity })
    })
    this.set.set(rules, masks)
  }

  /** A rule set looks at an empty place first: what comes now has come. */
  static empty(rules: Rules, masks: Masks = {}): Scene {
    const scene = new Scene(rules, masks)
    scene.watch(3)
    return scene
  }

  frame(...things: Thing[]): void {
    this.set.step(objects(this.ms, things))
    this.ms += 1000 / FPS
  }

  /** The same for so many seconds. */
  watch(seconds: number, ...things: Thing[]): void {
    for (let i = 0; i < seconds * FPS; i++) this.frame(...things)
  }

  /** From one place to the next, in so many seconds each. */
  walk(track: number, places: readonly (readonly [number, number])[], seconds = 1, more: Partial<Thing> = {}): void {
    const steps = seconds * FPS
    for (const [i, [toX, toY]] of places.entries()) {
      if (i === 0) continue
      const [fromX, fromY] = places[i - 1]!
      for (let k = 1; k <= steps; k++) {
        const share = k / steps
        this.frame({ track, at: [fromX + (toX - fromX) * share, fromY + (toY - fromY) * share], ...more })
      }
    }
  }

  /** Phase, rule and track of what was told. */
  get told(): string[] {
    return this.events.map(({ phase, rule, track }) => [phase, rule, ...(track === undefined ? [] : [track])].join(' '))
  }
}

export function objects(capturedMs: number, things: readonly Thing[]): FrameObjects {
  const sizes = things.map(({ size = [0.05, 0.1] }) => size)
  return {
    count: things.length,
    capturedMs,
    trackId: Float64Array.from(things, ({ track }) => track),
    classId: Uint32Array.from(things, ({ label = 'person' }) => LABELS.indexOf(label)),
    confidence: Float32Array.from(things, ({ confidence = 0.8 }) => confidence),
    boxes: Float32Array.from(
      things.flatMap(({ at: [x, y] }, i) => [x - sizes[i]![0] / 2, y - sizes[i]![1], ...sizes[i]!])
    )
  }
}
