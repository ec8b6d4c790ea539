/** The agent's public entry: what measurements outside of it need. Boxes start through cli.ts. */

export { Alerts } from './alerts/alerts.ts'
export { webhookHandler } from './alerts/handlers/webhook.ts'
export { limitsOf } from './alerts/limits.ts'
export type { EngineConfig } from './pipeline/channel/engine_config.ts'
export { Engine } from './pipeline/engine.ts'
export { Spool } from './uplink/spool.ts'
export { encodeFrame } from './uplink/testing/encoded_frame.ts'
export { Uplink } from './uplink/uplink.ts'
