/**
 * What a box can be told, a section a file (`schema/`): its shape, what it is when nothing is said, and what the rest of
 * the agent sees of it. `configs/box.yaml` shows every key; a test loads it.
 */
import { Analysis, Id, Name } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { AlertsFile } from './schema/alerts.ts'
import { LocalCameraFile } from './schema/camera.ts'
import { closed } from './schema/closed.ts'
import { ConsoleFile } from './schema/console.ts'
import { DetectionFile } from './schema/detection.ts'
import { DiskFile } from './schema/disk.ts'
import { FilePath } from './schema/file_path.ts'
import { HttpSettingsFile } from './schema/http.ts'
import { LimitsFile } from './schema/limits.ts'
import { LogFile } from './schema/log.ts'
import { PipelineFile } from './schema/pipeline.ts'
import { SpoolFile } from './schema/spool.ts'

const Optional = Type.Optional

export const SettingsFile = Type.Object(
  {
    /** The id is needed with a console, which gives it. */
    box: Optional(Type.Object({ id: Optional(Id), name: Optional(Name) }, closed)),
    dataDir: Optional(FilePath),
    console: Optional(ConsoleFile),
    http: Optional(HttpSettingsFile),
    pipeline: Optional(PipelineFile),
    detection: Optional(DetectionFile),
    models: Optional(Type.Array(FilePath)),
    cameras: Optional(Type.Record(Id, LocalCameraFile)),
    analysis: Optional(Type.Partial(Analysis, closed)),
    alerts: Optional(AlertsFile),
    spool: Optional(SpoolFile),
    disk: Optional(DiskFile),
    limits: Optional(LimitsFile),
    log: Optional(LogFile),
    /** How long a new model must run and see something before it is kept. */
    modelTrialS: Optional(Type.Number({ minimum: 5, maximum: 3600 })),
    healthIntervalS: Optional(Type.Number({ minimum: 1, maximum: 3600 })),
    logLevel: Optional(
      Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')])
    )
  },
  closed
)
export type SettingsFile = Static<typeof SettingsFile>
