// The one table of offsets, as the reader and the writer have compiled it, against the layouts that were measured.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const here = import.meta.dirname
/** The notes of the measurement, where they lie beside the checkout; the fixture is the repository's own copy. */
const notes = process.env.VEDETTE_ABI_NOTES ?? join(here, '../../../shared/facts/deepstream.md')

/** Name, offset, bytes. */
type Field = [string, number, number]
interface Layout {
  versions: string
  size: number
  fields: Field[]
}
type Layouts = Record<string, Layout[]>
type AbiClass = 'A0' | 'A' | 'B' | 'C' | 'D'
type Printed = Record<AbiClass, { structure: string; field: string; at: number }[]>

const measured = (
  JSON.parse(readFileSync(join(here, 'testing/measured_layouts.json'), 'utf8')) as { structures: Layouts }
).structures
const printed = JSON.parse(execFileSync(join(here, '../build/print_offsets'), { encoding: 'utf8' })) as Printed

/** The first and the last release of each class of which a header was measured. */
const releases = { A: ['5.0'], B: ['6.0', '7.1'], C: ['8.0'], D: ['9.0', '9.1'] } as const

for (const [abi, versions] of Object.entries(releases) as [keyof typeof releases, readonly string[]][]) {
  test.each(versions)(`every offset of class ${abi} is the one measured in DeepStream %s`, (version) => {
    for (const { structure, field, at } of printed[abi]) {
      expect([structure, field, at]).toEqual([structure, field, figure(layoutOf(structure, version), field)])
    }
  })

  test(`class ${abi} leaves out no field that its releases have and another class uses`, () => {
    const used = new Set(
      Object.values(printed).flatMap((fields) => fields.map((one) => `${one.structure}.${one.field}`))
    )
    const own = new Set(printed[abi].map((one) => `${one.structure}.${one.field}`))
    const missing = [...used].filter((name) => {
      const [structure, field] = name.split('.') as [string, string]
      const layout = measured[structure]?.find((one) => covers(one, versions[0]!))
      return !own.has(name) && layout !== undefined && figure(layout, field) !== undefined
    })
    expect(missing).toEqual([])
  })
}

test('class A0, of which only sizes were measured, follows from class A without the fields that it lacks', () => {
  const lacking = ['detector_bbox_info', 'tracker_bbox_info', 'tracker_confidence', 'mask_params']
  const object = layoutOf('NvDsObjectMeta', '5.0')
  const layouts: Layouts = { ...measured, NvDsObjectMeta: [without(object, lacking)] }
  expect(layouts.NvDsObjectMeta![0]!.size).toBe(488)
  for (const { structure, field, at } of printed.A0) {
    const layout = layouts[structure]!.find((one) => covers(one, '5.0'))!
    expect([structure, field, at]).toEqual([structure, field, figure(layout, field)])
  }
})

test('no constant of the table is left unchecked', () => {
  const header = readFileSync(join(here, 'offsets.h'), 'utf8')
  const fixed = header.slice(header.indexOf('namespace at {'), header.indexOf('}  // namespace at'))
  const names = [...fixed.matchAll(/\b(k[A-Z]\w+) =/g)].map((match) => match[1]!)
  expect(names.length).toBeGreaterThan(60)
  const program = readFileSync(join(here, 'testing/print_offsets.cc'), 'utf8')
  expect(names.filter((name) => !program.includes(`at::${name}`))).toEqual([])
  const table = header.slice(header.indexOf('struct Offsets {'), header.indexOf('namespace at {'))
  const members = [...table.matchAll(/uint16_t ([^;]+);/gs)].flatMap((match) =>
    match[1]!.split(',').map((name) => name.trim())
  )
  expect(members.length).toBeGreaterThan(15)
  expect(members.filter((name) => !new RegExp(`abi\\.(\\w+\\.)?${name}\\b`).test(program))).toEqual([])
})

test('reader and writer use no offset that is not in the table', () => {
  for (const file of [
    'reader.h',
    'reader.cc',
    'writer.cc',
    'owned_batch.h',
    'owned_batch.cc',
    'batch_copy.cc',
    'pool.cc'
  ]) {
    const source = readFileSync(join(here, file), 'utf8')
    expect(source.match(/field<[^;]*?>\([^()]*,\s*\d/g) ?? []).toEqual([])
  }
})

const areThere = existsSync(notes)
if (!areThere) console.warn(`SKIPPED: no notes of the ABI measurement at ${notes}, or set VEDETTE_ABI_NOTES`)

test.skipIf(!areThere)('the fixture holds the figures of the notes, field by field', () => {
  const text = readFileSync(notes, 'utf8')
  for (const [structure, layouts] of Object.entries(measured)) {
    expect([structure, appendixOf(text, structure)]).toEqual([structure, layouts])
  }
  let compared = 0
  for (const [structure, field, version, at] of tableOf(text)) {
    if (!(structure in measured)) continue
    const layout = measured[structure]!.find((one) => covers(one, version))
    expect([structure, field, version, layout && figure(layout, field)]).toEqual([structure, field, version, at])
    compared++
  }
  expect(compared).toBeGreaterThan(500)
})

function layoutOf(structure: string, version: string): Layout {
  const found = measured[structure]?.find((one) => covers(one, version))
  if (!found) throw new Error(`expected a layout of ${structure} in DeepStream ${version} among the measured ones`)
  return found
}

/** "5.0" or "6.0 to 7.1". */
function covers({ versions }: Layout, version: string): boolean {
  const [first, last = first] = versions.split(' to ').map(Number) as [number, number?]
  return first <= Number(version) && Number(version) <= last
}

/** An offset; of `sizeof` the size, of `field[]` the bytes of that field. */
function figure({ size, fields }: Layout, name: string): number | undefined {
  if (name === 'sizeof') return size
  const field = fields.find(([one]) => one === name.replace('[]', ''))
  return name.endsWith('[]') ? field?.[2] : field?.[1]
}

/** As a compiler for LP64 lays out what is left. */
function without({ versions, fields }: Layout, lacking: string[]): Layout {
  const left: Field[] = []
  let end = 0
  for (const [name, , bytes] of fields.filter(([one]) => !lacking.includes(one))) {
    const alignment = name === 'obj_label' ? 1 : bytes === 4 ? 4 : 8
    const at = Math.ceil(end / alignment) * alignment
    left.push([name, at, bytes])
    end = at + bytes
  }
  return { versions, size: Math.ceil(end / 8) * 8, fields: left }
}

/** `- **6.0–7.1** sizeof=200: base_meta@0[40], …` below the structure's heading. */
function appendixOf(text: string, structure: string): Layout[] {
  const section = text.split(`#### ${structure}\n`)[1]?.split('####')[0] ?? ''
  return [...section.matchAll(/- \*\*(.+?)\*\* sizeof=(\d+): (.+)/g)].map(([, versions, size, fields]) => ({
    versions: versions!.replace('–', ' to '),
    size: Number(size),
    fields: [...fields!.matchAll(/(\w+)@(\d+)\[(\d+)\]/g)].map(([, name, at, bytes]) => [
      name!,
      Number(at),
      Number(bytes)
    ])
  }))
}

/** `| NvDsFrameMeta.pad_index [4] | 40 | …`, one column for each release; `–` where it has no such field. */
function tableOf(text: string): [structure: string, field: string, version: string, at: number | undefined][] {
  const columns = ['5.0', '6.0', '7.1', '8.0', '9.0', '9.1']
  return [...text.matchAll(/^\| (?:\*\*sizeof (\w+)\*\*|(\w+)\.(\w+) \[[\d/]+\]) \| (.+) \|$/gm)].flatMap(
    ([, sized, structure, field, cells]) =>
      cells!.split(' | ').map((cell, i) => {
        const at = cell === '–' ? undefined : Number(cell)
        return [sized ?? structure!, sized ? 'sizeof' : field!, columns[i]!, at] as const
      }) as [string, string, string, number | undefined][]
  )
}
