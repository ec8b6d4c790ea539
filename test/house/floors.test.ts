/**
 * The oldest box is Ubuntu 20.04, whatever machine builds: glibc 2.31, the libstdc++ of gcc 9, GStreamer 1.16. What
 * ships to a box may ask for nothing newer (design/floors.md).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source_files.ts'

const shipped = [
  'vedette.node',
  'libgstvedette.so',
  'libvedette_parsers.so',
  'libvedette_parsers_9.so',
  'sd_notify.node',
  'kernel_clock.node'
]
const floors: Record<string, string> = { GLIBC: '2.31', GLIBCXX: '3.4.28', CXXABI: '1.3.12', GCC: '9.0.0' }
const gstreamerFloor = '1.16'
const girFolder = '/usr/share/gir-1.0'
/** Variables and inner functions, which no GIR lists: each is exported by GStreamer 1.16. */
const unlisted = new Set([
  '_gst_debug_category_new',
  '_gst_debug_get_category',
  '_gst_debug_min',
  '_gst_debug_register_funcptr',
  '_gst_element_error_printf',
  '_gst_fraction_type',
  '_gst_int_range_type',
  '_gst_meta_transform_copy'
])

interface Wanted {
  symbol: string
  /** Such as `GLIBC_2.17`; empty when the library that has the symbol gives no versions. */
  version: string
}

test.each(shipped)('%s asks glibc, libstdc++ and libgcc for nothing newer than Ubuntu 20.04 has', (name) => {
  const file = built(name)
  const wanted = undefinedSymbols(file)
  expect(wanted.filter(({ version }) => version.startsWith('GLIBC_')).length).toBeGreaterThan(3)
  const newer = wanted.filter(({ version }) => isTooNew(version))
  const needs = neededVersions(file).filter((version) => isTooNew(version))
  const orphans = needs.filter((version) => !newer.some((one) => one.version === version))
  expect([
    ...newer.map(
      ({ symbol, version }) => `${name} needs ${symbol} of ${version}, expected ${floorOf(version)} at most`
    ),
    ...orphans.map((version) => `${name} needs ${version}, expected ${floorOf(version)} at most`)
  ]).toEqual([])
})

test.each(shipped.slice(0, 2))('%s calls nothing that GStreamer got after 1.16', (name) => {
  const since = gstreamerFunctions()
  const called = undefinedSymbols(built(name)).filter(({ symbol }) => /^_?gst_/.test(symbol))
  expect(called.length).toBeGreaterThan(50)
  const wrong = called.flatMap(({ symbol }) => {
    const version = since.get(symbol)
    if (version === undefined && unlisted.has(symbol)) return []
    if (version === undefined) return [`${name} calls ${symbol}, which no Gst*.gir lists: expected one that 1.16 has`]
    return isAfter(version, gstreamerFloor) ? [`${name} calls ${symbol} of GStreamer ${version}, expected 1.16`] : []
  })
  expect(wrong).toEqual([])
})

test('the GIR files tell functions of 1.0 from later ones', () => {
  const since = gstreamerFunctions()
  expect(since.get('gst_element_get_request_pad')).toBe('')
  expect(since.get('gst_element_request_pad_simple')).toBe('1.20')
  expect(since.get('gst_video_meta_api_get_type')).toBe('')
  expect([...since.values()].filter((version) => isAfter(version, gstreamerFloor)).length).toBeGreaterThan(100)
})

test.each(['vedette.node', 'libgstvedette.so'])('%s names the libraries that glibc 2.31 keeps apart', (name) => {
  const needed = readelf('--dynamic', built(name))
  expect(needed).toContain('[libdl.so.2]')
  expect(needed).toContain('[libpthread.so.0]')
})

function built(name: string): string {
  const file = join(root, 'native/build', name)
  if (!existsSync(file)) throw new Error(`native/build/${name} was not built: run ./dev build`)
  return file
}

function readelf(...args: string[]): string {
  const output = execFileSync('readelf', ['--wide', ...args], { env: { ...process.env, LC_ALL: 'C' } })
  return output.toString()
}

/** From lines such as `  17: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND dlopen@GLIBC_2.34 (7)`. */
function undefinedSymbols(file: string): Wanted[] {
  const found = readelf('--dyn-syms', file).matchAll(/ UND ([^\s@]+)(?:@+(\S+))?/g)
  return [...found].map(([, symbol, version]) => ({ symbol: symbol!, version: version ?? '' }))
}

/** The loader checks these before any symbol; some, such as GLIBC_ABI_DT_RELR, come without one. */
function neededVersions(file: string): string[] {
  const section = readelf('--version-info', file).split('Version needs section')[1] ?? ''
  return [...section.matchAll(/Name: (\S+)/g)].map(([, version]) => version!)
}

function floorOf(version: string): string {
  const family = version.split('_')[0]!
  return floors[family] ? `${family}_${floors[family]}` : `one of ${Object.keys(floors).join(', ')}`
}

function isTooNew(version: string): boolean {
  const [, family, number] = /^([A-Z]+)_(.+)$/.exec(version) ?? []
  if (!family || !number || !(family in floors)) return false
  return !/^[\d.]+$/.test(number) || isAfter(number, floors[family]!)
}

function isAfter(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** The version each function of GStreamer came with, empty where it is older than such marks. */
function gstreamerFunctions(): Map<string, string> {
  const files = existsSync(girFolder) ? readdirSync(girFolder).filter((name) => /^Gst.*-1\.0\.gir$/.test(name)) : []
  for (const name of ['Gst', 'GstBase', 'GstVideo', 'GstApp']) {
    if (files.includes(`${name}-1.0.gir`)) continue
    const remedy = 'install libgstreamer1.0-dev and libgstreamer-plugins-base1.0-dev (./dev setup does)'
    throw new Error(`expected ${girFolder}/${name}-1.0.gir, which says since when a function exists: ${remedy}`)
  }
  const since = new Map<string, string>()
  for (const name of files) readGir(readFileSync(join(girFolder, name), 'utf8'), since)
  return since
}

/** A type newer than the floor makes all of its functions newer, marked or not. */
function readGir(text: string, since: Map<string, string>): void {
  let typeVersion = ''
  const tags = text.matchAll(
    /<(\/?)(class|interface|record|union|enumeration|bitfield|function|method|constructor)\b([^>]*)>/g
  )
  for (const [, closing, kind, attributes] of tags) {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(attributes!)?.[1]
    const isFunction = ['function', 'method', 'constructor'].includes(kind!)
    if (closing) {
      if (!isFunction) typeVersion = ''
      continue
    }
    const version = attribute('version') ?? typeVersion
    const symbol = isFunction ? attribute('c:identifier') : attribute('glib:get-type')
    if (symbol) since.set(symbol, version)
    if (!isFunction && !attributes!.endsWith('/')) typeVersion = version
  }
}
