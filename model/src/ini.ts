/** The INI files of DeepStream (GKeyFile): groups of keys. Comments are not kept. */

export type Ini = Map<string, Map<string, string>>

/** Lines that are neither a group, a key nor a comment are left out; of a key that stands twice the last one counts. */
export function parseIni(text: string): Ini {
  const ini: Ini = new Map()
  let group: Map<string, string> | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const trimmed = line.trim()
    const [, name] = /^\[([^\]]+)\]$/.exec(trimmed) ?? []
    if (name !== undefined) {
      group = ini.get(name) ?? new Map()
      ini.set(name, group)
    } else if (!trimmed.startsWith('#') && trimmed.includes('=')) {
      const at = trimmed.indexOf('=')
      group?.set(trimmed.slice(0, at).trim(), trimmed.slice(at + 1).trim())
    }
  }
  return ini
}

export function writeIni(ini: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const groups = [...ini].map(
    ([name, keys]) => `[${name}]\n${[...keys].map(([key, value]) => `${key}=${value}\n`).join('')}`
  )
  return groups.join('\n')
}
