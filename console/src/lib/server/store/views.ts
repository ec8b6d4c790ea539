/** Rows and standing → what pages show. Pure. */
import { type EventBody, eventWords, type Severity } from '@vedette/protocol'
import type { AlertsView, BoxDetail, BoxModelView, BoxView, CameraView, EventView } from '../../view.ts'
import { comparedId } from '../compared_id.ts'
import type { Standing } from './board.ts'
import type { BoxRow, CameraRow } from './boxes.ts'
import type { EventRow } from './events.ts'
import type { ModelRow } from './packages.ts'
import { HEALTH_STALE_MS, judge } from './words.ts'

export interface Seen {
  box: BoxRow
  standing: Standing
  model: ModelRow | null
  nowMs: number
}

export function boxView({ box, standing, model, nowMs }: Seen): BoxView {
  const { state, sinceMs, why } = judge(standing, box.addedAt, nowMs)
  const wanted = [...standing.cameras].filter(([, camera]) => camera.isEnabled)
  const isThere = state === 'live' || state === 'degraded'
  return {
    id: box.id,
    name: box.name,
    state,
    since: new Date(sinceMs).toISOString(),
    why,
    addresses: standing.inventory?.addresses ?? [],
    camerasLive: isThere ? wanted.filter(([id]) => standing.reported?.cameras[id]?.state === 'live').length : 0,
    camerasTotal: wanted.length,
    fps: isThere && isFresh(standing, nowMs) ? (standing.point?.fps ?? null) : null,
    fpsHistory: standing.fpsHistory,
    lastEvent: standing.lastEvent && eventView(standing.lastEvent, box.name, standing),
    model: model && wantedModel(model, standing)
  }
}

function wantedModel({ id, name, version, sha256 }: ModelRow, { reported }: Standing): BoxView['model'] {
  const said = reported?.models[id]
  const { state, since, reason } =
    said?.sha256 === sha256 ? said : { state: 'unknown' as const, since: null, reason: '' }
  return { name, version, sha256, state, since, reason }
}

export interface SeenWhole extends Seen {
  cameras: CameraRow[]
  desired: { rev: number; sha256: string; at: number } | undefined
  models: ModelRow[]
}

export function boxDetail(seen: SeenWhole): BoxDetail {
  const { box, standing, desired, nowMs } = seen
  return {
    ...boxView(seen),
    inventory: standing.inventory,
    health: isFresh(standing, nowMs) ? standing.health : null,
    desired: desired ? { rev: desired.rev, sha256: desired.sha256, at: new Date(desired.at).toISOString() } : null,
    reported: standing.reported,
    whyNotYet: whyNotYet(seen),
    cameras: seen.cameras.map((camera) => cameraView(camera, standing, nowMs)),
    analysis: { model: seen.model?.id ?? null, interval: box.interval, tracker: box.tracker },
    secondaries: box.secondaries,
    compare: box.compare,
    alerts: alertsView(box),
    faults: judge(standing, box.addedAt, nowMs).faults,
    models: boxModels(seen),
    badMessages: standing.bad,
    addedAt: new Date(box.addedAt).toISOString()
  }
}

function alertsView({ alerts, webhookSecret }: Pick<BoxRow, 'alerts' | 'webhookSecret'>): AlertsView {
  const { webhook, ...limits } = alerts ?? {}
  return { limits, webhook: webhook ?? null, hasSecret: webhook !== undefined && webhookSecret?.kept != null }
}

function whyNotYet({ box, standing, desired, nowMs }: SeenWhole): string {
  const { reported } = standing
  if (desired === undefined) return ''
  if (reported?.applied?.sha256 === desired.sha256) return reported.whyNotYet
  const { state } = judge(standing, box.addedAt, nowMs)
  if (state === 'pending') return 'The box has never connected.'
  if (state === 'offline') return `The box is offline; it takes revision ${desired.rev} when it is back.`
  if (reported?.observed?.sha256 !== desired.sha256) return `Revision ${desired.rev} is on its way.`
  return reported?.whyNotYet || `Revision ${desired.rev} is being applied.`
}

function boxModels({ box, model, models, standing }: SeenWhole): BoxModelView[] {
  const said = standing.reported?.models ?? {}
  const onObjects = box.secondaries.flatMap(({ sha256 }) => models.find((one) => one.sha256 === sha256) ?? [])
  const wanted = new Map([...(model ? [model] : []), ...onObjects].map((one) => [one.id, one]))
  const compared = models.find((one) => one.sha256 === box.compare?.sha256)
  if (model && compared) wanted.set(comparedId(model, compared), compared)
  const ids = new Set([...wanted.keys(), ...Object.keys(said)])
  return [...ids].map((id) => {
    const report = said[id]
    const asked = wanted.get(id)
    const isWanted = asked !== undefined
    const row = asked ?? models.find((one) => one.sha256 === report?.sha256)
    // What the box says of an older package under the same id is not about this one.
    const isAbout = report !== undefined && (!isWanted || report.sha256 === asked.sha256)
    return {
      id,
      name: row?.name ?? id,
      version: row?.version ?? report?.version ?? '',
      sha256: row?.sha256 ?? report?.sha256 ?? '',
      isWanted,
      state: isAbout ? report.state : 'unknown',
      since: isAbout ? report.since : null,
      reason: isAbout ? report.reason : '',
      bytesDone: (isAbout && report.bytesDone) || null,
      bytesTotal: (isAbout && report.bytesTotal) || null
    }
  })
}

export function cameraView(row: CameraRow, standing: Standing, nowMs: number): CameraView {
  const said = standing.reported?.cameras[row.id]
  const health = isFresh(standing, nowMs) ? standing.health?.cameras[row.id] : undefined
  const isThere = standing.presence?.online === true && standing.isHeard
  return {
    id: row.id,
    box: row.box,
    name: row.name,
    enabled: row.isEnabled,
    source: row.source,
    hasCredential: row.credential !== null,
    detection: row.detection,
    frames: row.frames,
    state: !row.isEnabled ? 'disabled' : isThere ? (said?.state ?? 'unknown') : 'unknown',
    since: said?.since ?? null,
    reason: isThere ? (said?.reason ?? '') : 'The box is not connected.',
    nextTry: said?.nextTry ?? null,
    codec: said?.codec ?? null,
    width: said?.width ?? null,
    height: said?.height ?? null,
    fps: health?.fps ?? null,
    analysedFps: health?.analysedFps ?? null,
    latencyMsP50: health?.latencyMsP50 ?? null,
    latencyMsP99: health?.latencyMsP99 ?? null,
    lastFrameAgeMs: health?.lastFrameAgeMs ?? null,
    dropped: health?.dropped ?? null,
    bitsPerSecond: health?.bitsPerSecond ?? null,
    objectsPerFrame: health?.objectsPerFrame ?? null,
    clockAheadMs: health?.clockAheadMs ?? null,
    ruleCounts: health?.rules ?? {},
    measuredAt: health && standing.health ? standing.health.at : null
  }
}

export function eventView(row: EventRow, boxName: string, standing: Standing): EventView {
  const body = row.body as EventBody & Pick<EventView, 'uncertaintyMs'>
  const camera = row.camera === null ? '' : (standing.cameras.get(row.camera)?.name ?? row.camera)
  return {
    ...body,
    box: row.box,
    bounds: ('box' in body && body.box) || null,
    boxName,
    spool: row.spool,
    n: row.n,
    at: new Date(row.at).toISOString(),
    severity: row.severity as Severity,
    text: eventWords(body, camera),
    key: `${row.at}-${row.id}`
  }
}

function isFresh(standing: Standing, nowMs: number): boolean {
  return standing.healthMs !== null && nowMs - standing.healthMs <= HEALTH_STALE_MS
}
