// build/index.js: what the adapter's server reads from the environment has to be there before it is loaded.
import process from 'node:process'

// Loopback unless told otherwise; lib/server/settings.ts refuses anything else without TLS.
process.env.HOST ??= '127.0.0.1'
// Bodies are limited in lib/server/identity/guard.ts: uploads are streamed and have a limit of their own.
process.env.BODY_SIZE_LIMIT ??= 'Infinity'
process.env.SHUTDOWN_TIMEOUT ??= '1'
// The adapter guesses https. We know the scheme: that of ORIGIN, or plain http; a request cannot choose it.
process.env.PROTOCOL_HEADER = 'x-vedette-scheme'
process.env.HOST_HEADER = 'x-vedette-host'
const origin = process.env.ORIGIN ? new URL(process.env.ORIGIN) : null

try {
  const { server } = await import('./listen.js')
  server.prependListener('request', (request) => {
    request.headers['x-vedette-scheme'] = origin ? origin.protocol.slice(0, -1) : 'http'
    request.headers['x-vedette-host'] = origin ? origin.host : (request.headers.host ?? '')
  })
  const announce = () => {
    const { address, port, family } = server.address()
    process.emit('vedette:listening', `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`)
  }
  if (server.listening) announce()
  else server.once('listening', announce)
} catch (error) {
  console.error(`vedette console: ${error.message}`)
  process.exit(1)
}
