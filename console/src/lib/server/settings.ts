/** The console's settings, all from the environment (console/README.md lists them). Read once, at start. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'

export interface Settings {
  dataDir: string
  mqttHost: string
  mqttPort: number
  readOnlyPort: number
  tls: { cert: Buffer; key: Buffer } | null
  /** Address people type, when a proxy stands before us; null: the one they used. */
  origin: URL | null
  httpHost: string
}

export function readSettings(env: Record<string, string | undefined>): Settings {
  const settings: Settings = {
    dataDir: resolve(env.VEDETTE_DATA ?? './data'),
    mqttHost: env.VEDETTE_MQTT_HOST ?? '127.0.0.1',
    mqttPort: port(env, 'VEDETTE_MQTT_PORT', 1883),
    readOnlyPort: port(env, 'VEDETTE_MQTT_READ_PORT', 1884),
    tls: tls(env),
    origin: origin(env.ORIGIN),
    httpHost: env.HOST ?? '127.0.0.1'
  }
  if (!isLoopback(settings.mqttHost) && settings.tls === null) {
    throw new Error(
      `VEDETTE_MQTT_HOST: expected a loopback address without TLS, received ${settings.mqttHost}; set VEDETTE_TLS_CERT and VEDETTE_TLS_KEY to files in PEM form, or listen on 127.0.0.1`
    )
  }
  if (!isLoopback(settings.httpHost) && settings.origin?.protocol !== 'https:') {
    throw new Error(
      `HOST: expected a loopback address, received ${settings.httpHost}; put a TLS proxy before the console and set ORIGIN=https://…, or listen on 127.0.0.1`
    )
  }
  return settings
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

function port(env: Record<string, string | undefined>, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= 65_535) return value
  throw new Error(`${name}: expected a port, 0 (any free one) to 65535, received ${JSON.stringify(text)}`)
}

function tls(env: Record<string, string | undefined>): Settings['tls'] {
  const { VEDETTE_TLS_CERT: cert, VEDETTE_TLS_KEY: key } = env
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined) {
    throw new Error(
      `expected both VEDETTE_TLS_CERT and VEDETTE_TLS_KEY, received only ${cert === undefined ? 'the key' : 'the certificate'}`
    )
  }
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

function origin(text: string | undefined): URL | null {
  if (text === undefined || text === '') return null
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text)
  throw new Error(`ORIGIN: expected an address such as https://vedette.example.com, received ${JSON.stringify(text)}`)
}
