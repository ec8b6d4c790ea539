/** The page at `/`, for who stands before one box: plain files, without a build. */
import { readFile } from 'node:fs/promises'
import type { App } from '../app.ts'
import { pagePath } from '../page_files.ts'

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8']
} as const
/** Everything from this box. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

export function pageRoutes(app: App): void {
  for (const [path, [name, type]] of Object.entries(FILES)) {
    app.get(path, { schema: { hide: true }, config: { isPublic: true } }, async (request, reply) => {
      // What it needs is found below its folder.
      if (path === '/' && !request.url.split('?')[0]!.endsWith('/')) return reply.redirect(`${request.url}/`)
      return reply
        .type(type)
        .header('content-security-policy', CSP)
        .send(await readFile(pagePath(`/${name}`)))
    })
  }
}
