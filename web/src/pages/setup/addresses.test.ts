import { expect, test } from 'vitest';

import { byHand, forRouters, fromPage, isReachable, onlyHere } from './addresses';

test.each([
  [['192.168.1.2:53', '[fd00::2]:53', '127.0.0.1:53'], ['192.168.1.2', 'fd00::2'], true, 'dig @192.168.1.2 example.org'],
  [['127.0.0.1:5300'], [], false, 'dig @127.0.0.1 -p 5300 example.org'],
  [['[::1]:53'], [], false, 'dig @::1 example.org'],
  [['192.168.1.2:5300'], [], false, 'dig @192.168.1.2 -p 5300 example.org'],
  [['0.0.0.0:53', '[::]:53'], [], true, 'dig @127.0.0.1 example.org'],
  [['192.168.1.2:53', '[fe80::1%2]:53'], ['192.168.1.2'], true, 'dig @192.168.1.2 example.org'],
  [['169.254.1.2:53', '[fe80::1%2]:53'], [], false, 'dig @169.254.1.2 example.org'],
  [[], [], false, undefined],
])('%j', (dns, routers, reachable, command) => {
  expect(forRouters(dns)).toEqual(routers);
  expect(isReachable(dns)).toBe(reachable);
  expect(byHand(dns)).toBe(command);
});

test.each([
  ['192.168.1.2', ['192.168.1.2']],
  ['[fd00::2]', ['fd00::2']],
  ['127.0.0.1', []],
  ['[::1]', []],
  ['localhost', []],
  ['ponor.lan', []],
])('a page opened at %s', (hostname, expected) => expect(fromPage(hostname)).toEqual(expected));

test('what only this machine can ask is set apart', () => {
  expect(onlyHere(['192.168.1.2:53', '127.0.0.1:53', '[::1]:5300', '0.0.0.0:53'])).toEqual(['127.0.0.1:53', '[::1]:5300']);
});
