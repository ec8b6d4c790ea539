/** What a box is called and where its data lies, when nobody says. */
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'

/** The host's name as an id. */
export function defaultBoxId(name = hostname()): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[_-]+/, '')
    .slice(0, 63)
  return slug === '' ? 'box' : slug
}

/** systemd's `StateDirectory=`, else the system's place for root, else the user's (XDG Base Directory). */
export function defaultDataDir(
  environment: Readonly<Record<string, string | undefined>>,
  isRoot = process.getuid?.() === 0
): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME } = environment
  if (STATE_DIRECTORY) return STATE_DIRECTORY.split(':')[0]!
  if (isRoot) return '/var/lib/vedette'
  return join(XDG_STATE_HOME || join(homedir(), '.local/state'), 'vedette')
}
