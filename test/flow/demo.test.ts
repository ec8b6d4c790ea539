import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { DemoFigures } from '../world/demo_check.ts'
import { WorldProcess } from '../world/process.ts'

test('the demo shows the detections of four cameras of two boxes on their pages', { timeout: 240_000 }, async () => {
  const program = fileURLToPath(new URL('../world/demo.ts', import.meta.url))
  const demo = new WorldProcess({ command: process.execPath, args: [program, '--check'] })
  onTestFinished(() => demo.stop())
  const code = await demo.exited()
  expect(code, demo.lines.join('\n')).toBe(0)
  const figures = JSON.parse(demo.lines.at(-1) ?? '') as DemoFigures
  expect(figures).toMatchObject({ boxes: 2, cameras: 4 })
  expect(figures.fpsPerCamera).toBeGreaterThan(5)
  expect(figures.detectionsPerFrame).toBeGreaterThan(1)
})
