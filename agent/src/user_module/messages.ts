/** Between the agent and the process of a user's module. */

/** Descriptor of the channel in the child. */
export const CHANNEL_FD = 3

export type ToModule =
  | {
      say: 'load'
      /** Absolute path of the module. */
      path: string
      /** Name of the export to use; null: `default`, or else the module itself. */
      export: string | null
      /** Given to the constructor of a class, or as `config` to a function that makes the object. */
      config: unknown
    }
  | {
      say: 'call'
      id: number
      method: string
      args: unknown[]
      /** The bytes that come with it become this property of the first argument, as a Uint8Array. */
      bytesAs: string | null
      /** Of a list that the method answers, the entries stay for which this one is true; null: all. */
      keep: string | null
    }

export type FromModule =
  | { say: 'loaded'; methods: string[] }
  | { say: 'not-loaded'; reason: string }
  | { say: 'answer'; id: number; value: unknown }
  | { say: 'threw'; id: number; reason: string }

/** Null for what no module of ours would say: it comes from code that we do not know. */
export function fromModule(head: unknown): FromModule | null {
  if (typeof head !== 'object' || head === null || !('say' in head)) return null
  const { say, id, reason, methods, value } = head as Record<string, unknown>
  if (say === 'loaded' && Array.isArray(methods)) return { say, methods: methods.map(String) }
  if (say === 'not-loaded' && typeof reason === 'string') return { say, reason }
  if (say === 'answer' && typeof id === 'number') return { say, id, value }
  if (say === 'threw' && typeof id === 'number' && typeof reason === 'string') return { say, id, reason }
  return null
}
