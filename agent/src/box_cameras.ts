/**
 * The cameras of this box as its agent reads them, for the commands that look beside it: those of its settings, or, where
 * a console decides, those of the last document that proved good. The rooms meet here.
 */
import { join } from 'node:path'
import type { Camera, Id } from '@vedette/protocol'
import { BoxKey, type Password } from './desired/credential.ts'
import { Memory } from './desired/memory.ts'
import type { Settings } from './settings.ts'

export async function boxCameras({ console: told, cameras, dataDir }: Settings): Promise<Record<Id, Camera>> {
  if (told === null) return Object.fromEntries(Object.entries(cameras).map(([id, { camera }]) => [id, camera]))
  return (await new Memory(join(dataDir, 'desired')).load())?.cameras ?? {}
}

/** Null for a camera that asks for none. */
export async function passwordOf(settings: Settings, id: Id, { credential }: Camera): Promise<Password | null> {
  if (credential) return (await BoxKey.read(settings.dataDir))?.unseal(credential.sealed) ?? null
  const local = settings.console === null ? settings.cameras[id]?.credential : null
  return local ? { user: local.user, password: local.password.reveal() } : null
}
