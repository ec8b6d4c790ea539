/** Why a broker closed a connection, in words: null when the other side or the network simply went away. Pure. */
import { limits } from './options.ts'

export function refusal(error: Error & { code?: unknown }): string | null {
  // Errors of the network carry a code such as ECONNRESET; what aedes and we refuse does not.
  if (error.code !== undefined) return null
  switch (error.message) {
    case 'keep alive timeout':
    case 'connection closed':
      return null
    case 'connect did not arrive in time':
      return `expected an MQTT CONNECT within ${limits.connectTimeout / 1000} s, received none`
    case 'drain timeout':
      return `took nothing for ${limits.drainTimeout / 1000} s`
    case 'unacceptable protocol version':
      return 'expected MQTT 3.1 or 3.1.1, received another version; set the client to 3.1.1'
    case 'keep alive limit exceeded':
      return `expected a keep alive of 1 to ${limits.keepaliveLimit} s`
    default:
      return error.message
  }
}
