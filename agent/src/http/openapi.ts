/** The description of every route, made from the routes: `/openapi.json`, and a page to try them at `/docs`. */
import { readFile } from 'node:fs/promises'
import swagger from '@fastify/swagger'
import type { App } from './app.ts'
import { pagePath } from './page_files.ts'

/** Swagger UI as it comes, from this box: a box has no internet to fetch it from. */
const FILES = {
  '/docs/swagger-ui.css': 'text/css; charset=utf-8',
  '/docs/swagger-ui-bundle.js': 'text/javascript; charset=utf-8'
}
const START = `window.ui = SwaggerUIBundle({ url: 'openapi.json', dom_id: '#ui', deepLinking: true, tryItOutEnabled: true })`
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vedette: the API of this box</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body><div id="ui"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
`
/** Swagger UI sets styles in its markup, and carries its small pictures in its style sheet. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

export interface OpenApiOptions {
  version: string
  prefix: string
  needsToken: boolean
}

/** Before any route. */
export async function describeRoutes(app: App, { version, prefix, needsToken }: OpenApiOptions): Promise<void> {
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema?.hide || schema?.summary) return
    throw new Error(`expected a summary in the schema of ${method} ${url}, so that it is described at /docs`)
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Vedette box',
        version,
        description: 'What one box offers on its own: pictures and streams in, detections out, health and figures.'
      },
      servers: [{ url: prefix === '' ? '/' : prefix }],
      tags: [
        { name: 'images', description: 'Single pictures' },
        { name: 'sources', description: 'Cameras and streams, and what is found in them' },
        { name: 'box', description: 'How the box is' }
      ],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      ...(needsToken && { security: [{ token: [] }] })
    },
    stripBasePath: true,
    // A form is read part by part: its schema describes, and is no check of a body that is not there.
    // The plugin for WebSockets hides its routes.
    transform: ({ schema, url, route }) => {
      const form = route.config?.form
      const isSocket = typeof schema.response === 'object' && schema.response !== null && '101' in schema.response
      const described = isSocket ? { ...schema, hide: false } : schema
      return { schema: form ? { ...described, consumes: ['multipart/form-data'], body: form } : described, url }
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) }
  })
}

/** The description and its page. */
export function openApiRoutes(app: App): void {
  const hidden = { schema: { hide: true } }
  const open = { ...hidden, config: { isPublic: true } }
  app.get('/openapi.json', hidden, () => app.swagger())
  app.get('/docs', open, (request, reply) =>
    // Its parts are found beside it.
    request.url.split('?')[0]!.endsWith('/')
      ? reply.redirect('../docs')
      : reply.header('content-security-policy', DOCS_CSP).type('text/html; charset=utf-8').send(PAGE)
  )
  app.get('/docs/start.js', open, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START))
  for (const [path, type] of Object.entries(FILES)) {
    app.get(path, open, async (_request, reply) => {
      const text = await readFile(pagePath(path))
      return reply.type(type).header('cache-control', 'max-age=86400').send(text)
    })
  }
}
