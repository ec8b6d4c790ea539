/** Why a broker cannot be used, in words. Pure. */
import { whyNoConnection } from '../no_connection.ts'

export function hostOf(url: string): string {
  return new URL(url).host
}

/** Return codes of CONNACK: MQTT 3.1.1 section 3.2.2.3. */
export function inWords(error: Error & { code?: unknown }, host: string, box: string): string {
  switch (error.code) {
    case 4:
    case 5:
      return `${host} refused box ${box} or its secret. Check box.id and console.secret, or add the box on the console`
    default:
      return (
        whyNoConnection(error, { host, setting: 'console.mqtt' }) ?? `${host}: ${error.message || String(error.code)}`
      )
  }
}
