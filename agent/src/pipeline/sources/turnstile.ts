/**
 * Cameras connect one after the other: those of one host 100 ms apart, because an NVR with 32 channels answers a rush
 * with refusals, and those of the whole box 25 ms apart, because each is a handshake, a decoder and a first keyframe on
 * processors that the cameras which are live need. Pure.
 */
const HOST_APART_MS = 100
const BOX_APART_MS = 25

export interface Turnstile {
  hostFreeAt: ReadonlyMap<string, number>
  /** Turns of the box that are taken, counted from time 0. */
  taken: ReadonlySet<number>
}

export const openTurnstile: Turnstile = { hostFreeAt: new Map(), taken: new Set() }

/** The next turn of a camera of `host` (null: not on the network), not before `at`. */
export function nextTurn(before: Turnstile, host: string | null, at: number): { turnstile: Turnstile; turnAt: number } {
  const hostFreeAt = new Map([...before.hostFreeAt].filter(([, freeAt]) => freeAt > at))
  const taken = new Set([...before.taken].filter((turn) => turn >= Math.floor(at / BOX_APART_MS)))
  const earliest = Math.max(at, (host === null ? undefined : hostFreeAt.get(host)) ?? 0)
  let turn = Math.floor(earliest / BOX_APART_MS)
  while (taken.has(turn)) turn++
  taken.add(turn)
  const turnAt = Math.max(earliest, turn * BOX_APART_MS)
  if (host !== null) hostFreeAt.set(host, turnAt + HOST_APART_MS)
  return { turnstile: { hostFreeAt, taken }, turnAt }
}
