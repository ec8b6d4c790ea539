import { expect, test } from 'vitest'
import { houseFiles, type Import, importsOf } from './source_files.ts'

const files = houseFiles().filter((file) => /\.(ts|svelte)$/.test(file))
const imports = files.flatMap(importsOf)
const shipped = imports.filter(({ from }) => !from.startsWith('test/') && !isTest(from))
const told = (found: Import[]) => found.map(({ from, name }) => `${from} imports ${name}`)

function isTest(file: string): boolean {
  return /\.test\.ts$|\/test\/|\.test_/.test(file)
}

const mayImport: Record<string, string[]> = {
  protocol: [],
  model: [],
  rules: ['protocol'],
  native: [],
  agent: ['protocol', 'rules', 'model', 'native'],
  console: ['protocol', 'rules', 'model']
}

test('a package imports only what the table of the design allows', () => {
  expect(shipped.length).toBeGreaterThan(100)
  const wrong = shipped.filter(({ from, name, isType }) => {
    const allowed = mayImport[from.split('/')[0]!]
    const ours = /^@vedette\/([a-z]+)/.exec(name)?.[1]
    return allowed && ours && !allowed.includes(ours) && !isType
  })
  expect(told(wrong)).toEqual([])
})

test('no path climbs out of its package', () => {
  const wrong = shipped.filter(({ from, file }) => {
    const home = from.split('/')[0]!
    return home in mayImport && file !== null && file.split('/')[0] !== home
  })
  expect(told(wrong)).toEqual([])
})

test.each([
  ['protocol', /^typebox(\/|$)/],
  ['rules', /^@vedette\/protocol$/]
])('the public entry of %s reaches nothing but %s, so that it loads in a browser', (home, library) => {
  const reached = reachable(`${home}/src/index.ts`)
  const outside = shipped.filter(({ from, file, name }) => reached.has(from) && !file && !library.test(name))
  expect(reached.size).toBeGreaterThan(10)
  expect(told(outside)).toEqual([])
})

// Libraries of their own, which know no pipeline.
const apart = ['@vedette/native/sd_notify', '@vedette/native/kernel_clock']

test.each([
  ['agent', 'mqtt'],
  ['agent', 'fastify'],
  ['agent', '@vedette/native'],
  ['console', 'aedes'],
  ['console', 'mqtt'],
  ['console', 'drizzle-orm']
])('in %s, %s is known to one room at most', (home, library) => {
  const used = shipped.filter(({ from, name, isType }) => {
    if (apart.includes(name)) return false
    return from.startsWith(`${home}/src/`) && (name === library || name.startsWith(`${library}/`)) && !isType
  })
  const rooms = new Set(used.map(({ from }) => room(from) ?? from))
  expect(rooms.size, told(used).join('\n')).toBeLessThan(2)
})

test('rooms do not import each other: the composition root hands them functions', () => {
  const wrong = shipped.filter(({ from, file, isType }) => {
    const [own, other] = [room(from), file && room(file)]
    const isTest = from.includes('/testing/')
    return !isTest && own && other && own !== other && !isType
  })
  expect(told(wrong)).toEqual([])
})

test('no import goes round in a circle', () => {
  const circles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (done.has(file) || path.includes(file)) return
    for (const next of neighbours(file)) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

/** `agent/src/uplink`, or null for a file in no room. `agent/src/box` is the composition root of the agent, no room. */
function room(file: string): string | null {
  return /^(agent\/src\/(?!box\/)[a-z_]+|console\/src\/lib\/server\/[a-z_]+)\//.exec(file)?.[1] ?? null
}

function neighbours(file: string): string[] {
  return imports.filter((one) => one.from === file && one.file && !one.isType).map((one) => one.file!)
}

function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const next of neighbours(file)) reachable(next, seen)
  return seen
}
