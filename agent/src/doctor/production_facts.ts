/** How the agent is run on this machine: its service unit, its system's upkeep. */
import type { Tree } from '../host/tree.ts'

export interface ProductionFacts {
  isContainer: boolean
  /** Text of the unit that starts `vedette start`, and its drop-ins; null: none found. */
  unit: string | null
  journald: string
  hasPersistentJournal: boolean
  areUpdatesAutomatic: boolean
  /** The program that does it; null: none found to be on. */
  firewall: string | null
  /** Mode bits; null: no settings file was given. */
  settingsMode: number | null
}

const UNITS = ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system']

export async function productionFacts(
  tree: Tree,
  given: { isContainer: boolean; settingsMode: number | null }
): Promise<ProductionFacts> {
  const [unit, journald, hasPersistentJournal, upgrades, ufw, nftables] = await Promise.all([
    findUnit(tree),
    withDropIns(tree, '/etc/systemd/journald.conf'),
    tree.exists('/var/log/journal'),
    tree.text('/etc/apt/apt.conf.d/20auto-upgrades'),
    tree.text('/etc/ufw/ufw.conf'),
    tree.exists('/etc/systemd/system/sysinit.target.wants/nftables.service')
  ])
  return {
    ...given,
    unit,
    journald,
    hasPersistentJournal,
    areUpdatesAutomatic: /Unattended-Upgrade\s+"[1-9]/.test(upgrades),
    firewall: /^ENABLED=yes/m.test(ufw) ? 'ufw' : nftables ? 'nftables' : null
  }
}

async function findUnit(tree: Tree): Promise<string | null> {
  for (const folder of UNITS) {
    for (const name of (await tree.list(folder)).filter((file) => file.endsWith('.service'))) {
      const text = await withDropIns(tree, `${folder}/${name}`)
      if (/^ExecStart=.*\bvedette\b.*\bstart\b/m.test(text)) return text
    }
  }
  return null
}

async function withDropIns(tree: Tree, file: string): Promise<string> {
  const dropIns = (await tree.list(`${file}.d`)).filter((name) => name.endsWith('.conf'))
  const texts = await Promise.all([file, ...dropIns.map((name) => `${file}.d/${name}`)].map((path) => tree.text(path)))
  return texts.join('\n')
}
