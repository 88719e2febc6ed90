/** A DNS server at 10.77.0.2 that passes on to ponor what begins a check, up to its seventh name, and says of all else that it
 * does not exist. */
import { createSocket } from 'node:dgram';

const NXDOMAIN = 3;
const front = createSocket('udp4');

front.on('message', (query, asker) => {
  const label = query.subarray(13, 13 + query[12]).toString();
  if (/-[1-7]$/.test(label)) {
    const back = createSocket('udp4');
    back.once('message', (reply) => front.send(reply, asker.port, asker.address, () => back.close()));
    back.send(query, 53, '10.77.0.1');
    return;
  }
  const reply = Buffer.from(query);
  reply[2] |= 0x80;
  reply[3] = 0x80 | NXDOMAIN;
  front.send(reply, asker.port, asker.address);
});
front.bind(53, '10.77.0.2');
