/** Edits: each one is checked, stored together with the whole new document and its audit note, then published. */
import { createHash, randomBytes } from 'node:crypto'
import {
  type Alerts,
  Analysis,
  type Camera,
  Compare,
  DESIRED_LIMIT_BYTES,
  type Desired,
  type Rules,
  Secondary
} from '@vedette/protocol'
import Type from 'typebox'
import type { DrawnMasks } from '../../view.ts'
import {
  type CameraInput,
  type CompareInput,
  type DesiredRoom,
  RefusedEdit,
  type SecondaryInput,
  type StoredAlerts,
  type StoredSecret
} from '../rooms.ts'
import { alertWords } from './alert_words.ts'
import { whyNotComparable } from './comparable.ts'
import { documentOf, type Parts } from './document.ts'
import { checkAlerts, checkCamera, checkedRules, checkField, checkName } from './input.ts'
import { wireMasks } from './masks.ts'
import { seal } from './seal.ts'
import { changedSecret, resealed } from './secret.ts'
import { slug } from './slug.ts'

/** The tables as this room needs them. */
export interface DesiredOptions {
  boxes: {
    find(id: string): BoxRow | undefined
    insert(row: { id: string; name: string; secretHash: Buffer; addedAt: number }): void
    update(id: string, change: Partial<Omit<BoxRow, 'id'>>): void
    remove(id: string): void
    cameras(box: string): CameraRow[]
    camera(box: string, id: string): CameraRow | undefined
    insertCamera(row: NewCamera & { box: string; id: string }): void
    updateCamera(box: string, id: string, change: Partial<CameraRow> | NewCamera): void
    removeCamera(box: string, id: string): void
    withCredential(box: string): CameraRow[]
    putDocument(box: string, document: Desired, atMs: number): void
    atOnce<T>(work: () => T): T
  }
  model(sha256: string): (NonNullable<Parts['model']> & { task: string; labels: string[] }) | undefined
  /** Public key of the box, once it has said it. */
  boxKey(box: string): string | null
  vault: { encrypt(plain: string, boundTo: string): Buffer; decrypt(secret: Buffer, boundTo: string): string }
  note(note: { at: number; who: string; what: string; subject: string; detail: string }): void
  publish(box: string, document: Desired): void
  onChange(box: string): void
  onSecret(box: string): void
  onRemove(box: string): void
  now(): number
}

interface BoxRow {
  id: string
  name: string
  rev: number
  model: string | null
  secondaries: SecondaryInput[]
  compare: CompareInput | null
  alerts: StoredAlerts | null
  webhookSecret: StoredSecret | null
  interval: number
  tracker: 'default' | 'none'
  secretHash: Buffer
}

interface NewCamera {
  name: string
  isEnabled: boolean
  source: Camera['source']
  detection: Camera['detection']
  frames: Camera['frames']
  rules?: Rules
  masks?: DrawnMasks
  credential?: Buffer | null
  credentialRevision?: number
  sealed?: string | null
  sealedTo?: string | null
}

interface CameraRow extends Required<NewCamera> {
  box: string
  id: string
}

export interface Desiring extends DesiredRoom {
  /** The box has said a key: what was sealed to another one is sealed anew. */
  onKey(box: string): void
}

const RESERVED = new Set(['console'])

export function desiredRoom(options: DesiredOptions): Desiring {
  const { boxes, vault, now } = options

  /** One edit of one box: all of it or nothing, then the document goes out. */
  function edit<T>(
    box: string,
    note: { by: string; what: string; subject?: string; detail?: string },
    work: () => T
  ): T {
    const { result, document } = boxes.atOnce(() => {
      found(box)
      const result = work()
      const document = build(box)
      boxes.putDocument(box, document, now())
      boxes.update(box, { rev: document.rev })
      options.note({
        at: now(),
        who: note.by,
        what: note.what,
        subject: note.subject ?? box,
        detail: note.detail ?? ''
      })
      return { result, document }
    })
    options.publish(box, document)
    options.onChange(box)
    return result
  }

  function build(box: string): Desired {
    const row = found(box)
    const model = row.model === null ? null : (options.model(row.model) ?? null)
    const secondaries = row.secondaries.flatMap(({ sha256, classes }) => {
      const model = options.model(sha256)
      return model ? [{ model, classes }] : []
    })
    const compared = row.compare && options.model(row.compare.sha256)
    const compare = row.compare && compared ? { model: compared, interval: row.compare.interval } : null
    const parts = { cameras: camerasOf(box), model, secondaries, compare, alerts: alertsOf(row) }
    const document = documentOf({ rev: row.rev + 1, box: row, ...parts })
    const bytes = Buffer.byteLength(JSON.stringify(document))
    if (bytes > DESIRED_LIMIT_BYTES) {
      throw new RefusedEdit({
        '': `The settings of this box would take ${bytes} bytes; at most ${DESIRED_LIMIT_BYTES} fit into one document. Move some cameras to another box.`
      })
    }
    return document
  }

  /** A camera whose credential cannot be sealed yet stays out: without it the camera would lock the account. */
  function camerasOf(box: string): Map<string, Camera> {
    const cameras = new Map<string, Camera>()
    for (const row of boxes.cameras(box)) {
      const { name, isEnabled: enabled, source, detection, frames, rules, masks } = row
      const camera: Camera = {
        ...{ name, enabled, source, detection, frames },
        ...(Object.keys(rules).length > 0 && { rules }),
        ...(Object.keys(masks).length > 0 && { masks: wireMasks(masks) })
      }
      if (row.credential === null) cameras.set(row.id, camera)
      else if (row.sealed !== null) {
        cameras.set(row.id, { ...camera, credential: { revision: row.credentialRevision, sealed: row.sealed } })
      }
    }
    return cameras
  }

  /** As with cameras: what cannot be signed yet would be refused by who gets it. */
  function alertsOf({ alerts, webhookSecret }: BoxRow): Alerts | null {
    if (alerts === null) return null
    const { webhook, ...limits } = alerts
    if (webhook === undefined || webhookSecret === null || webhookSecret.kept === null) return alerts
    const { revision, sealed } = webhookSecret
    return sealed === null ? limits : { ...limits, webhook: { ...webhook, credential: { revision, sealed } } }
  }

  function found(box: string): BoxRow {
    const row = boxes.find(box)
    if (row === undefined) throw new RefusedEdit({ '': `There is no box ${box}; it may have been removed meanwhile.` })
    return row
  }

  function foundCamera({ box, camera }: { box: string; camera: string }): CameraRow {
    const row = boxes.camera(box, camera)
    if (row === undefined) throw new RefusedEdit({ '': `There is no camera ${camera}; it was removed meanwhile.` })
    return row
  }

  function credentialOf(at: { box: string; camera: string }, input: CameraInput, revision: number): Partial<CameraRow> {
    const { credential } = input
    if (credential.action === 'keep') return {}
    if (credential.action === 'clear') return { credential: null, sealed: null, sealedTo: null }
    const { user, password } = credential
    const key = options.boxKey(at.box)
    return {
      credential: vault.encrypt(JSON.stringify({ user, password }), `${at.box}/${at.camera}`),
      credentialRevision: revision + 1,
      sealed: key === null ? null : seal({ user, password }, key),
      sealedTo: key
    }
  }

  return {
    addBox({ name }, by) {
      const given = checkName(name)
      const secret = newSecret()
      const id = boxes.atOnce(() => {
        const id = slug(given, (id) => RESERVED.has(id) || boxes.find(id) !== undefined, 'box')
        boxes.insert({ id, name: given, secretHash: hashSecret(secret), addedAt: now() })
        return id
      })
      edit(id, { by, what: 'box added', detail: given }, () => {})
      return { id, secret }
    },
    renameBox(box, name, by) {
      const given = checkName(name)
      edit(box, { by, what: 'box renamed', detail: given }, () => boxes.update(box, { name: given }))
    },
    renewSecret(box, by) {
      const secret = newSecret()
      found(box)
      boxes.update(box, { secretHash: hashSecret(secret) })
      options.note({ at: now(), who: by, what: 'secret renewed', subject: box, detail: '' })
      options.onSecret(box)
      return { secret }
    },
    removeBox(box, by) {
      const { name } = found(box)
      boxes.remove(box)
      options.note({ at: now(), who: by, what: 'box removed', subject: box, detail: name })
      options.onRemove(box)
    },
    addCamera(box, input, by) {
      const camera = rowOf(checkCamera(input))
      const id = slug(camera.name, (id) => boxes.camera(box, id) !== undefined, 'camera')
      edit(box, { by, what: 'camera added', subject: `${box}/${id}`, detail: camera.name }, () => {
        boxes.insertCamera({ box, id, ...camera, ...credentialOf({ box, camera: id }, input, 0) })
      })
      return { id }
    },
    changeCamera(at, input, by) {
      const camera = rowOf(checkCamera(input))
      edit(at.box, { by, what: 'camera changed', subject: `${at.box}/${at.camera}`, detail: camera.name }, () => {
        const was = foundCamera(at)
        boxes.updateCamera(at.box, at.camera, { ...camera, ...credentialOf(at, input, was.credentialRevision) })
      })
    },
    setRules(at, input, by) {
      const checked = checkedRules(input)
      const detail =
        Object.values(checked.rules)
          .map(({ name }) => name)
          .join(', ') || 'none'
      edit(at.box, { by, what: 'rules changed', subject: `${at.box}/${at.camera}`, detail }, () => {
        foundCamera(at)
        boxes.updateCamera(at.box, at.camera, checked)
      })
    },
    removeCamera(box, camera, by) {
      edit(box, { by, what: 'camera removed', subject: `${box}/${camera}` }, () => boxes.removeCamera(box, camera))
    },
    setAnalysis(box, input, by) {
      checkField(Type.Pick(Analysis, ['interval', 'tracker']), input)
      const detail = `interval ${input.interval}, tracker ${input.tracker}`
      edit(box, { by, what: 'analysis changed', detail }, () => boxes.update(box, input))
    },
    assignModel(box, sha256, by) {
      const model = sha256 === null ? null : options.model(sha256)
      if (model === undefined) throw new RefusedEdit({ model: `There is no model ${sha256}; upload it first.` })
      if (model !== null && model.task !== 'detection') {
        throw new RefusedEdit({
          model: `${model.name} is for ${model.task}: it looks at objects that a detector finds.`
        })
      }
      const detail = model ? `${model.name} ${model.version}` : 'none: decode only'
      edit(box, { by, what: 'model assigned', detail }, () => {
        const { compare } = found(box)
        const isOver =
          model === null || compare === null || whyNotComparable(model, options.model(compare.sha256)) !== ''
        boxes.update(box, { model: sha256, ...(isOver && { compare: null }) })
      })
    },
    setSecondaries(box, secondaries, by) {
      const models = secondaries.map(({ sha256, classes }) => {
        checkField(Type.Pick(Secondary, ['classes']), { classes })
        const model = options.model(sha256)
        if (model === undefined) throw new RefusedEdit({ secondaries: `There is no model ${sha256}; upload it first.` })
        if (model.task !== 'classification') {
          throw new RefusedEdit({
            secondaries: `${model.name} is for ${model.task}: only classifiers look at objects.`
          })
        }
        return model
      })
      const detail = models.map(({ name, version }) => `${name} ${version}`).join(', ') || 'none'
      edit(box, { by, what: 'models on objects assigned', detail }, () => boxes.update(box, { secondaries }))
    },
    setCompare(box, compare, by) {
      if (compare === null) {
        return edit(box, { by, what: 'comparison ended' }, () => boxes.update(box, { compare }))
      }
      checkField(Type.Object({ compareInterval: Compare.properties.interval }), { compareInterval: compare.interval })
      const { model } = found(box)
      const compared = options.model(compare.sha256)
      const why = whyNotComparable(model === null ? undefined : options.model(model), compared)
      if (why !== '') throw new RefusedEdit({ compare: why })
      const detail = `${compared?.name} ${compared?.version}, interval ${compare.interval}`
      edit(box, { by, what: 'compared model assigned', detail }, () => boxes.update(box, { compare }))
    },
    setAlerts(box, input, by) {
      const alerts = checkAlerts(input)
      edit(box, { by, what: 'alerts changed', detail: alertWords(input) }, () => {
        const keys = { vault, box, boxKey: options.boxKey(box) }
        boxes.update(box, { alerts, webhookSecret: changedSecret(found(box).webhookSecret, input.secret, keys) })
      })
    },
    onKey(box) {
      const key = options.boxKey(box)
      const stale = boxes.withCredential(box).filter((row) => row.sealedTo !== key)
      const webhookSecret = resealed(boxes.find(box)?.webhookSecret ?? null, { vault, box, boxKey: key })
      if (key === null || (stale.length === 0 && webhookSecret === null)) return
      edit(box, { by: 'console', what: 'credentials sealed', detail: 'to the key of the box' }, () => {
        for (const row of stale) {
          const credential = JSON.parse(vault.decrypt(row.credential!, `${box}/${row.id}`))
          const credentialRevision = row.sealedTo === null ? row.credentialRevision : row.credentialRevision + 1
          boxes.updateCamera(box, row.id, { sealed: seal(credential, key), sealedTo: key, credentialRevision })
        }
        if (webhookSecret !== null) boxes.update(box, { webhookSecret })
      })
    }
  }
}

function rowOf({ enabled, ...camera }: Omit<Camera, 'credential' | 'rules' | 'masks'>): NewCamera {
  return { ...camera, isEnabled: enabled }
}

/** 256 bits, so that its hash needs no salt and no slowness. */
function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function hashSecret(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest()
}
