/** Why a host cannot be reached, for a person, by the code that the system gives. Pure. */

export function connectionWords({ code, message }: { code: string | null; message: string }): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused'
    case 'ETIMEDOUT':
      return 'no answer'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no way to this host'
    case 'ENOTFOUND':
      return 'nobody knows this name'
    case 'EAI_AGAIN':
      return 'no DNS server answers'
    default:
      return message
  }
}
