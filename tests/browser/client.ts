/** A device of the house: asks over UDP from an address of its own. */
import { createSocket } from 'node:dgram';

import { base } from './browser';

const PATIENCE = 5000;

/** Asks for the address of `name` from `address`, one of this machine, and waits for the answer: its code and its first address. */
export async function ask(address: string, name: string): Promise<{ rcode: number; answer: string | null }> {
  const status = (await (await fetch(`${base}/api/v1/status`, { signal: AbortSignal.timeout(PATIENCE) })).json()) as { dns: string[] };
  const [host, port] = (status.dns[0] ?? '').split(':');
  const socket = createSocket('udp4');
  try {
    return await new Promise((heard, failed) => {
      setTimeout(() => failed(new Error(`no answer to ${name}`)), PATIENCE).unref();
      socket.on('error', failed).on('message', (reply) => heard(read(reply, query(name).length)));
      socket.bind(0, address, () => socket.send(query(name), Number(port), host));
    });
  } finally {
    socket.close();
  }
}

function query(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

/** Reads a reply whose question ends at `end`. */
function read(reply: Buffer, end: number): { rcode: number; answer: string | null } {
  const answers = reply.readUInt16BE(6);
  // Behind the owner, the type, the class, the lifetime and the length.
  const data = reply.subarray(end + 12, end + 16);
  return { rcode: reply.readUInt8(3) & 15, answer: answers > 0 && data.length === 4 ? data.join('.') : null };
}
