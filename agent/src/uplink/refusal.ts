/** Why a broker cannot be used, in words. Pure. */

export function hostOf(url: string): string {
  return new URL(url).host
}

/** Return codes of CONNACK: MQTT 3.1.1 section 3.2.2.3. */
export function inWords(error: Error & { code?: unknown }, host: string, box: string): string {
  switch (error.code) {
    case 4:
    case 5:
      return `${host} refused box ${box} or its secret. Check box.id and console.secret, or add the box on the console`
    case 'ECONNREFUSED':
      return `nothing listens at ${host}. Check console.mqtt and that the console runs`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of ${host} cannot be resolved. Check console.mqtt and the network`
    default:
      return `${host}: ${error.message || String(error.code)}`
  }
}
