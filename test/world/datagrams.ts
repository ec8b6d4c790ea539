/** A socket of the service manager, such as systemd gives to a service: what is sent to it, a line each. */
import { WorldProcess } from './process.ts'

/** Node has no AF_UNIX datagrams. A message's lines are joined by spaces. */
const PROGRAM = `
import socket, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('\\0' + name[1:] if name.startswith('@') else name)
print('listening', flush=True)
while True:
    print(s.recv(65536).decode().replace('\\n', ' '), flush=True)
`

/** `name`: a path, or `@` and a name that no file has. */
export async function listenForDatagrams(name: string): Promise<WorldProcess> {
  const listener = new WorldProcess({ command: 'python3', args: ['-c', PROGRAM, name] })
  await listener.line(/^listening$/)
  return listener
}
