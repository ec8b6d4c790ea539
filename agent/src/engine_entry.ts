import { fileURLToPath } from 'node:url'

/** In the checkout the source runs as it is; what ships is bundled, with the engine beside the agent. */
export function engineEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './pipeline/process/engine_main.ts' : './engine.js'
  return fileURLToPath(new URL(name, import.meta.url))
}

/** The process that looks at single pictures. */
export function imagesEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './pipeline/images/process/image_main.ts' : './images.js'
  return fileURLToPath(new URL(name, import.meta.url))
}
