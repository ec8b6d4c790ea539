/** The models of the box: where they come from, and what becomes of their files on this machine. */
import { join } from 'node:path'
import { engineEntry } from '../engine_entry.ts'
import type { Logger } from '../log.ts'
import { BoxModels } from '../models/box_models.ts'
import type { MachineFacts } from '../models/infer_machine.ts'
import type { Settings } from '../settings.ts'
import { modelFilesOfBox } from './model_files.ts'

export interface ModelsOptions {
  settings: Settings
  machine: MachineFacts
  /** How far a model is has changed. */
  changed(): void
  /** The one that runs proved bad: what is desired has to be applied again. */
  rolledBack(): void
  log: Logger
}

export function boxModels({ settings, machine, changed, rolledBack, log }: ModelsOptions): BoxModels {
  const { console, box, dataDir, models, modelTrialS } = settings
  return new BoxModels({
    directory: join(dataDir, 'models'),
    console: console && { url: console.url, box: box.id, secret: console.secret.reveal(), caFile: console.ca },
    packages: models,
    trialMs: modelTrialS * 1000,
    files: modelFilesOfBox({ settings, machine, engineEntry: engineEntry(), changed, log }),
    ...{ changed, rolledBack, log }
  })
}
