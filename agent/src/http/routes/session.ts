/** `POST /v1/session`: a browser brings the token once and gets a cookie, because pictures and sockets carry no header. */
import Type from 'typebox'
import { isSecret } from '../access.ts'
import type { App } from '../app.ts'
import { faults, HttpFault } from '../fault.ts'
import type { Sessions } from '../sessions.ts'

export function sessionRoutes(
  app: App,
  { token, sessions, prefix }: { token: { reveal(): string } | null; sessions: Sessions; prefix: string }
): void {
  app.post(
    '/v1/session',
    {
      config: { isPublic: true },
      schema: {
        tags: ['box'],
        summary: 'Open a session in a browser',
        description: 'Answers with a cookie (HttpOnly, SameSite=Strict, 12 hours) that stands for the token.',
        security: [],
        body: Type.Object({ token: Type.String({ maxLength: 1000 }) }, { additionalProperties: false }),
        response: { 204: Type.Null({ description: 'The cookie is set.' }), ...faults(400, 401, 403, 413, 415) }
      }
    },
    (request, reply) => {
      if (token === null || !isSecret(request.body.token, token.reveal()))
        throw new HttpFault(401, 'expected the token of the settings (http.token)')
      return reply
        .header('set-cookie', sessions.open(prefix === '' ? '/' : prefix))
        .code(204)
        .send(null)
    }
  )
}
