/** Where ponor answers, as far as somebody can use it: what a router can be told, and how to ask by hand. */
import { isLoopback } from '../../parts/loopback';

/** The address without its port, which stands behind the last colon. */
const host = (address: string): string => address.slice(0, address.lastIndexOf(':')).replace(/[[\]]/g, '');
const port = (address: string): string => address.slice(address.lastIndexOf(':') + 1);
/** Sockets at these hear every address of the machine, of which they do not tell one. */
const isAny = (address: string): boolean => ['0.0.0.0', '::'].includes(host(address));

/** Link-local ones mean something on one link alone, which nobody can enter into a router. */
const isOnLink = (address: string): boolean => /^(fe[89ab].:|169\.254\.)/.test(host(address));
const canBeAsked = (address: string): boolean => port(address) === '53' && !isLoopback(host(address)) && !isOnLink(address);

export const isV6 = (address: string): boolean => address.includes(':');

/** What can be entered into a router, which asks port 53 and cannot reach what is on this machine alone. */
export const forRouters = (dns: readonly string[]): string[] =>
  dns.filter((address) => canBeAsked(address) && !isAny(address)).map(host);

/** Whether a router can ask ponor at all. */
export const isReachable = (dns: readonly string[]): boolean => dns.some(canBeAsked);

/** Those that only programs on this machine can ask. */
export const onlyHere = (dns: readonly string[]): string[] => dns.filter((address) => isLoopback(host(address)));

/** The address by which a page was opened, where that is one that a router can be told. */
export function fromPage(hostname: string): string[] {
  const address = hostname.replace(/[[\]]/g, '');
  const isAddress = isV6(address) || /^\d+\.\d+\.\d+\.\d+$/.test(address);
  return isAddress && !isLoopback(address) ? [address] : [];
}

/** A command that asks. */
export function byHand(dns: readonly string[]): string | undefined {
  const address = dns.find((one) => !isAny(one)) ?? dns[0];
  if (address === undefined) return undefined;
  const at = isAny(address) ? '127.0.0.1' : host(address);
  return `dig @${at}${port(address) === '53' ? '' : ` -p ${port(address)}`} example.org`;
}
