/** A web server with one film, as a network recorder gives it: ranges, perhaps a login. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FilmServer {
  url: string
  /** What was asked for, in order: the Range header or "all". */
  asked: string[]
}

export async function serveFilm(
  onTestFinished: (end: () => void) => void,
  options: {
    path: string
    login?: { user: string; password: string } /** Every answer breaks off. */
    endsAfterBytes?: number
  }
): Promise<FilmServer> {
  const film = await readFile(options.path)
  const { login, endsAfterBytes } = options
  const right = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  const asked: string[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/film.mp4') return response.writeHead(404).end()
    if (right !== undefined && request.headers.authorization !== right)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="films"' }).end()
    asked.push(request.headers.range ?? 'all')
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const body = film.subarray(Number(from), to === '' ? film.length : Number(to) + 1)
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'accept-ranges': 'bytes',
      'content-type': 'video/mp4',
      'content-length': body.length,
      'content-range': `bytes ${from}-${Number(from) + body.length - 1}/${film.length}`
    })
    if (endsAfterBytes === undefined) return response.end(body)
    return response.write(body.subarray(0, endsAfterBytes), () => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.mp4`, asked }
}
