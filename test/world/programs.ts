/** The programs that tests run: what ships, where it was built for them (ship.ts); the checkout's source elsewhere, as in the demo. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const shipped = process.env.VEDETTE_SHIPPED
const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** The agent and its command line. */
export const VEDETTE = join(...(shipped ? [shipped, 'agent/vedette.js'] : [checkout, 'agent/src/cli.ts']))

/** The environment of an agent with stand-ins for NVIDIA's elements, which do not ship. */
export const STAND_INS = { VEDETTE_REGISTER_NV: '1', VEDETTE_NATIVE: join(checkout, 'native/build') }

/** Folder of the console's server. */
export const CONSOLE = join(...(shipped ? [shipped, 'console'] : [checkout, 'console/build']))
