/** Rules over 1,000 cameras × 15 FPS × 12 objects × 5 rules, in cores beside a budget: one process, one thread. */
import type { Rules } from '@vedette/protocol'
import { type FrameObjects, RuleSet, ZonedClocks } from '@vedette/rules'
import { type Bench, cost } from './row.ts'
import { boxAt, FPS, OBJECTS } from './scene.ts'

const CAMERAS = 1000
const BUDGET_CORES = 0.5
const WARM_UP_S = 5
const SECONDS = 20
const LABELS = ['person', 'car', 'bicycle']
const MORNING = Date.UTC(2026, 10, 21, 8)

/** A zone of eight corners, a line, a limit at night and in the day, a direction, a stay: what a busy street has. */
const rules: Rules = {
  yard: { kind: 'zone-entered', name: 'Yard', zone: ring(0.5, 0.5, 0.3), classes: ['person', 'bicycle'] },
  gate: {
    kind: 'line-crossed',
    name: 'Gate',
    line: [
      [0.1, 0.5],
      [0.9, 0.5]
    ]
  },
  porch: { kind: 'loitering', name: 'Porch', zone: ring(0.3, 0.6, 0.2), seconds: 30, minConfidence: 0.5 },
  full: {
    kind: 'occupancy',
    name: 'Platform',
    zone: ring(0.6, 0.4, 0.35),
    max: 9,
    seconds: 5,
    schedule: { zone: 'Europe/Berlin', hours: [{ days: ['sat', 'sun'], from: '06:00', to: '22:00' }] }
  },
  wrong: {
    kind: 'direction',
    name: 'One way',
    arrow: [
      [0.9, 0.5],
      [0.1, 0.5]
    ]
  }
}

export const rulesBench: Bench = {
  name: 'rules',
  run: async () => {
    const clocks = new ZonedClocks()
    let events = 0
    const sets = Array.from({ length: CAMERAS }, (_, index) => {
      const emit = () => {
        events++
      }
      const set = new RuleSet({ camera: `camera-${index}`, labels: LABELS, clocks, emit })
      set.set(rules)
      return set
    })
    const frames = Array.from({ length: FPS * CAMERAS }, emptyFrame)
    let spentS = 0
    for (let second = 0; second < WARM_UP_S + SECONDS; second++) {
      for (const [i, frame] of frames.entries()) place(frame, i % CAMERAS, second + Math.floor(i / CAMERAS) / FPS)
      const began = process.cpuUsage()
      for (const [i, frame] of frames.entries()) sets[i % CAMERAS]!.step(frame)
      const { user, system } = process.cpuUsage(began)
      if (second >= WARM_UP_S) spentS += (user + system) / 1e6
    }
    const rate = (CAMERAS * FPS * OBJECTS * Object.keys(rules).length) / 1e6
    const note =
      `${CAMERAS} cameras x ${FPS} FPS x ${OBJECTS} objects x ${Object.keys(rules).length} rules: ${rate.toFixed(2)} million ` +
      `looks a second; ${Math.round(events / (WARM_UP_S + SECONDS))} events a second`
    return [cost('rules', { ours: spentS / SECONDS, limit: BUDGET_CORES, unit: 'cores', bar: 1, note })]
  }
}

function ring(x: number, y: number, radius: number): [number, number][] {
  return Array.from({ length: 8 }, (_, i) => {
    const angle = (i / 8) * 2 * Math.PI
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
}

function emptyFrame(): FrameObjects {
  return {
    count: OBJECTS,
    capturedMs: 0,
    trackId: Float64Array.from({ length: OBJECTS }, (_, i) => i + 1),
    classId: Uint32Array.from({ length: OBJECTS }, (_, i) => i % LABELS.length),
    confidence: new Float32Array(OBJECTS).fill(0.8),
    boxes: new Float32Array(4 * OBJECTS)
  }
}

function place(frame: FrameObjects, camera: number, seconds: number): void {
  frame.capturedMs = MORNING + seconds * 1000
  for (let i = 0; i < OBJECTS; i++) frame.boxes.set(boxAt(camera, i, seconds), 4 * i)
}
