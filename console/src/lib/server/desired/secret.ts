/** The secret that signs what a webhook gets: encrypted at rest here, sealed to the box's key once per edit. */
import type { AlertsInput, StoredSecret } from '../rooms.ts'
import { seal } from './seal.ts'

export interface SecretKeys {
  vault: { encrypt(plain: string, boundTo: string): Buffer; decrypt(secret: Buffer, boundTo: string): string }
  /** Id of the box. */
  box: string
  /** Null: the box has not said it yet. */
  boxKey: string | null
}

/** What holds after an edit. */
export function changedSecret(
  was: StoredSecret | null,
  input: AlertsInput['secret'],
  { vault, box, boxKey }: SecretKeys
): StoredSecret | null {
  if (input.action === 'keep') return was
  if (input.action === 'clear') return was && { ...was, kept: null, sealed: null, sealedTo: null }
  return {
    revision: (was?.revision ?? 0) + 1,
    kept: vault.encrypt(input.secret, place(box)).toString('base64'),
    ...sealedTo(boxKey, input.secret)
  }
}

/** The box has said a key: what was sealed to another one, or to none yet, is sealed to it. Null: nothing is to be done. */
export function resealed(was: StoredSecret | null, { vault, box, boxKey }: SecretKeys): StoredSecret | null {
  if (was === null || was.kept === null || boxKey === null || was.sealedTo === boxKey) return null
  const secret = vault.decrypt(Buffer.from(was.kept, 'base64'), place(box))
  const revision = was.sealedTo === null ? was.revision : was.revision + 1
  return { ...was, revision, ...sealedTo(boxKey, secret) }
}

function sealedTo(boxKey: string | null, secret: string): Pick<StoredSecret, 'sealed' | 'sealedTo'> {
  const sealed = boxKey === null ? null : seal({ user: '', password: secret }, boxKey)
  return { sealed, sealedTo: boxKey }
}

function place(box: string): string {
  return `${box}/alerts/webhook`
}
