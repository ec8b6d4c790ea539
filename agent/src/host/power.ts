/** How fast a Jetson is allowed to run: nvpmodel's mode, and whether jetson_clocks holds the clocks at their highest. */
import type { Tree } from './tree.ts'

export interface Power {
  /** `15W`, `MAXN_SUPER`; the number when the catalogue does not name it. */
  mode: string
  /** Null when the catalogue does not say which mode is the fastest. */
  isFastest: boolean | null
  /** The one to choose instead, as `nvpmodel -m` takes it. */
  fastest: { id: number; name: string } | null
  areClocksHeld: boolean | null
}

export async function readPower(tree: Tree): Promise<Power | null> {
  // `pmode:0002 fmode:fanNull`
  const id = /pmode:(\d+)/.exec(await tree.text('/var/lib/nvpmodel/status'))?.[1]
  if (id === undefined) return null
  const modes = parseModes(await tree.text('/etc/nvpmodel.conf'))
  const current = modes.find((mode) => mode.id === Number(id))
  const fastest = fastestOf(modes)
  return {
    mode: current?.name ?? String(Number(id)),
    isFastest: fastest && fastest.id === Number(id),
    fastest,
    areClocksHeld: await areClocksHeld(tree)
  }
}

/** `< POWER_MODEL ID=2 NAME=MAXN_SUPER >` */
function parseModes(catalogue: string): { id: number; name: string }[] {
  return [...catalogue.matchAll(/^<\s*POWER_MODEL\s+ID=(\d+)\s+NAME=(\S+)\s*>/gm)].map(([, id, name]) => ({
    id: Number(id),
    name: name!
  }))
}

/** The numbers have no order: on an Orin Nano 0 is 15W, 1 is 25W and 2 is MAXN_SUPER. */
function fastestOf(modes: { id: number; name: string }[]): { id: number; name: string } | null {
  const maximum = modes.find(({ name }) => name === 'MAXN_SUPER') ?? modes.find(({ name }) => name.startsWith('MAXN'))
  const watts = (name: string) => Number(/(\d+)W/.exec(name)?.[1] ?? 0)
  return maximum ?? modes.toSorted((a, b) => watts(b.name) - watts(a.name))[0] ?? null
}

/** jetson_clocks leaves no mark but this: the lowest clock of every core that is on is its highest. */
async function areClocksHeld(tree: Tree): Promise<boolean | null> {
  const names = (await tree.list('/sys/devices/system/cpu')).filter((name) => /^cpu\d+$/.test(name))
  const clocks = await Promise.all(
    names.map(async (name) => {
      const folder = `/sys/devices/system/cpu/${name}/cpufreq`
      return Promise.all([tree.text(`${folder}/scaling_min_freq`), tree.text(`${folder}/scaling_max_freq`)])
    })
  )
  const known = clocks.filter(([low, high]) => low !== '' && high !== '')
  return known.length === 0 ? null : known.every(([low, high]) => low === high)
}
