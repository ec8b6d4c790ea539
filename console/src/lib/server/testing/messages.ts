/** Whole messages of a box, as small as their schemas allow. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { canonicalJson, type Event, type Health, type Inventory, type Presence, type Reported } from '@vedette/protocol'

export const SPOOL = '01J0000000000000000000000A'
export const AT = '2026-11-21T12:00:00.000Z'

export function presence(online = true, session = '01J0000000000000000000000B'): Presence {
  return { v: 1, session, online, since: AT }
}

export function newBoxKey() {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  return { raw, base64: raw.toString('base64'), privateKey }
}

export function inventory(publicKey: string): Inventory {
  return {
    v: 1,
    agentVersion: '0.1.0',
    hostname: 'box',
    hardware: { model: null, cpu: null, cores: 2, memoryBytes: 1e9, gpu: null },
    os: { name: 'Debian 12', kernel: null, arch: 'x64' },
    pipeline: {
      family: 'cpu',
      gstreamer: '1.22.0',
      onnxRuntime: '1.30.0',
      deepstream: null,
      driver: null,
      decoders: { h264: ['avdec_h264'] },
      missing: []
    },
    addresses: ['10.3.2.9'],
    publicKey
  }
}

export function reported(cameras: Reported['cameras'] = {}): Reported {
  return {
    v: 1,
    at: AT,
    observed: null,
    applied: null,
    lastGood: null,
    whyNotYet: '',
    cameras,
    models: {},
    engine: { state: 'running', since: AT, reason: '', restarts: 0 }
  }
}

export function health(cameras: Health['cameras'] = {}, at = AT): Health {
  return {
    v: 1,
    at,
    uptimeS: 60,
    cpuPercent: 40,
    loadPerCore: 0.5,
    memoryUsedBytes: 500,
    memoryTotalBytes: 1000,
    agentRssBytes: 100,
    engineRssBytes: null,
    diskUsedBytes: null,
    diskTotalBytes: null,
    temperatureC: null,
    gpu: [],
    clock: { synchronised: null, uncertaintyMs: null },
    spoolWaiting: 0,
    dropped: 0,
    inferMs: 12,
    cameras
  }
}

export function event(n: number, more: object = { kind: 'agent.started', agentVersion: '0.1.0' }): Event {
  return { n, at: AT, severity: 'info', ...more } as Event
}

export function catalog(cameras: string[], classes: string[]) {
  const what = { cameras, classes, model: null }
  return { v: 1 as const, hash: createHash('sha256').update(canonicalJson(what)).digest('hex'), ...what }
}
