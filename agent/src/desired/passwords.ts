/** The user and password of each camera that has one: unsealed, or, on a box without a console, from its settings. */
import type { Camera, Id } from '@vedette/protocol'
import type { BoxKey, Password } from './credential.ts'

export function passwordsOf(
  cameras: Record<Id, Camera>,
  key: BoxKey,
  local: (id: Id) => Password | null
): Map<Id, Password> {
  const passwords = new Map<Id, Password>()
  for (const [id, { credential }] of Object.entries(cameras)) {
    const password = credential ? key.unseal(credential.sealed) : local(id)
    if (password) passwords.set(id, password)
  }
  return passwords
}
