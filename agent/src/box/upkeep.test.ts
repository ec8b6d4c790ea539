import { expect, test } from 'vitest'
import { limits } from '../settings/schema/limits.ts'
import { limitsOn } from './upkeep.ts'

test('a busy processor is a level where a GPU infers, and where the settings say so', () => {
  expect(limitsOn(limits(), 'cpu').cpuPercent).toBeNull()
  expect(limitsOn(limits(), 'deepstream').cpuPercent).toEqual({ warn: 95, bad: 99 })
  expect(limitsOn(limits({ cpuPercent: { warn: 80 } }), 'cpu').cpuPercent).toEqual({ warn: 80, bad: 99 })
})
