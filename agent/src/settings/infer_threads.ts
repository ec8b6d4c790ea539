import { availableParallelism } from 'node:os'

/** Of the cores that this process may use, half infer unless told: decoding and the rest of the box have the others. */
export const DEFAULT_INFER_THREADS = Math.max(1, Math.floor(availableParallelism() / 2))
