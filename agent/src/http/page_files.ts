/** Where the files of the pages lie: beside the source and in a package, or in `www/` beside what ships. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The file for a path such as `/page.css` or `/docs/swagger-ui.css`. */
export function pagePath(path: string): string {
  const name = basename(path)
  const shipped = fileURLToPath(new URL(`./www/${name}`, import.meta.url))
  if (existsSync(shipped)) return shipped
  if (!path.startsWith('/docs/')) return fileURLToPath(new URL(`./page/${name}`, import.meta.url))
  return join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name)
}
