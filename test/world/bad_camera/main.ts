// node main.ts '{"films": "/folder", "script": "stops", "isListening": true, "seed": 1, "port": 0}': one bad camera.
//
// Prints {"port":N} when it knows its port. Reads lines: "behave" (from now on a good camera, listening), "listen",
// "refuse". Ends with its standard input.
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Film, type FilmName, readFilm } from './film.ts'
import { serveRtsp } from './rtsp_session.ts'
import { SCRIPTS, type Script, type ScriptName } from './script.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as {
  films: string
  script: ScriptName
  isListening: boolean
  seed: number
  port: number
}
let script: Script = SCRIPTS[options.script]
const films = new Map<FilmName, Film>()
const clients = new Set<Socket>()
const random = mulberry32(options.seed)

const server = createServer((socket) => {
  clients.add(socket)
  socket.on('close', () => clients.delete(socket))
  serveRtsp({ socket, script: () => script, film, random, changed: (to) => (script = { film: to }) })
})
let { port } = options
// Few may wait to be accepted: a camera that hangs soon does not even answer the knock at its door.
const listen = () => server.listen({ port, host: '127.0.0.1', backlog: 1 })
server.once('listening', () => {
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
  if (!options.isListening) refuse()
  process.stdout.write(`${JSON.stringify({ port })}\n`)
})
listen()

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'behave') script = SCRIPTS.good
    if ((line === 'behave' || line === 'listen') && !server.listening) listen()
    if (line === 'refuse') refuse()
  })
  .on('close', () => process.exit(0))

function refuse(): void {
  server.close()
  for (const socket of clients) socket.destroy()
}

function film(name: FilmName): Film {
  const known = films.get(name) ?? readFilm(options.films, name)
  films.set(name, known)
  return known
}

/** A small generator with a seed, so that a run can be repeated (public domain, Tommy Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
