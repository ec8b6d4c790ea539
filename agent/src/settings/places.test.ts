import { expect, test } from 'vitest'
import { defaultBoxId, defaultDataDir } from './places.ts'

test("a box without a name has its host's, as an id", () => {
  expect(['Jetson-01.lan', '_Ünit 7_', '日本', 'a'.repeat(80)].map((name) => defaultBoxId(name))).toEqual([
    'jetson-01-lan',
    'nit-7_',
    'box',
    'a'.repeat(63)
  ])
})

test('data lies where systemd, the system or the user keeps such things', () => {
  expect(defaultDataDir({ STATE_DIRECTORY: '/var/lib/a:/var/lib/b' }, true)).toBe('/var/lib/a')
  expect(defaultDataDir({}, true)).toBe('/var/lib/vedette')
  expect(defaultDataDir({ XDG_STATE_HOME: '/home/x/state' }, false)).toBe('/home/x/state/vedette')
})
