/**
 * Where an alert may be posted to. A receiver in the house is the usual case, so private addresses are allowed; what is
 * never a receiver is not: link-local addresses, where clouds keep the credentials of a machine. An address that came
 * from the console may not be this machine either: its other services trust whoever is on it.
 */
import { BlockList, isIP } from 'node:net'

/** settings: written on this box. console: sent by it. */
export type AddressSource = 'settings' | 'console'

const never = new BlockList()
never.addSubnet('169.254.0.0', 16, 'ipv4')
never.addSubnet('fe80::', 10, 'ipv6')
never.addSubnet('224.0.0.0', 4, 'ipv4')
never.addSubnet('ff00::', 8, 'ipv6')
never.addAddress('255.255.255.255', 'ipv4')
// Metadata services of clouds over IPv6.
never.addAddress('fd00:ec2::254', 'ipv6')

const ownMachine = new BlockList()
ownMachine.addSubnet('127.0.0.0', 8, 'ipv4')
ownMachine.addSubnet('0.0.0.0', 8, 'ipv4')
ownMachine.addAddress('::1', 'ipv6')
ownMachine.addAddress('::', 'ipv6')

/** In words, why nothing is sent there; null when it may be. */
export function whyNotThere(address: string, from: AddressSource): string | null {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (never.check(address, family)) return `${address} is an address at which no receiver of alerts can be`
  if (from === 'console' && ownMachine.check(address, family))
    return `${address} is this box itself, which the console may not name; put the webhook into the settings of the box`
  return null
}
