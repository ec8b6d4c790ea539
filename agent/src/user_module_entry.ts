import { fileURLToPath } from 'node:url'

/** As for the engine: the source in the checkout, a bundle beside the agent in what ships. */
export function userModuleEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './user_module/child_main.ts' : './user_module.js'
  return fileURLToPath(new URL(name, import.meta.url))
}
