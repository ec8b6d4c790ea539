/** Where the code of the built-in strategies is, which runs in processes of its own: as engine_entry.ts for the engine. */
import { fileURLToPath } from 'node:url'

export function strategyEntry(kind: 'template' | 'motion'): string {
  const name = import.meta.url.endsWith('.ts') ? `./pipeline/pixels/${kind}.ts` : `./${kind}_strategy.js`
  return fileURLToPath(new URL(name, import.meta.url))
}
