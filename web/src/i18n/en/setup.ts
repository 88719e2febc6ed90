/** The texts of the page that connects the network. */
import { routers } from './routers';

export const setup = {
  text: 'Your router tells every device which DNS server to ask. Have it name ponor, and nothing has to be set up on the devices.',
  enter: {
    title: '1. The address to enter',
    text: 'Devices ask ponor at:',
    v4: 'IPv4',
    v6: 'IPv6',
    anywhere: 'ponor answers at every address of this machine. Enter the one that the router has for it.',
    guessed: 'ponor answers at every address of this machine; this is the one by which you opened this page.',
    hereOnly: 'ponor answers where no router can ask it: on this machine alone, or at a port other than 53. Set `dns.listen` in `config.toml` to an address of this machine in your network, with port 53.',
    notYet: 'ponor answers nowhere yet.',
    here: 'On this machine alone:',
    byHand: 'To try it without the router, ask by hand:',
    copy: 'Copy',
    copyOf: ' {text}',
    copied: 'Copied',
    selected: 'Selected: copy it with your keyboard or the menu',
  },
  where: {
    title: '2. Where to enter it',
    pick: 'Your router',
    choose: 'Choose…',
    none: 'Choose your router for the steps. In all of them you look for the DNS server among the settings of the local network or DHCP, not among those of the Internet access.',
    untried: 'Menus differ between versions, and these steps were tried on no device: they tell where to look. The manual of your router decides.',
    after: 'Then have a device join the network again, such as by switching its Wi-Fi off and on: devices keep the old server for up to a day.',
    mind: 'Whatever the router',
    warnings: [
      'Leave a second DNS server empty, or enter the same address again. Devices ask two servers as they please: a public one beside ponor lets through what ponor stops.',
      'Mind IPv6: if the router announces a DNS server over IPv6 too, it must be ponor’s, or devices go around it. Enter the IPv6 address of ponor’s machine there (one that begins with `fd` stays), or switch that announcement off.',
      'Have the router give ponor’s machine a fixed address (a DHCP reservation), and leave it on: at another address, or asleep, no device finds a name.',
    ],
    undo: 'To undo it',
    undoText: 'Remove the address from the same field of the router, so that it is empty or automatic again, and have the devices join the network again. Nothing else was changed.',
    more: 'The same for reading offline, and how names of the house such as `nas.lan` go on working: `docs/router.md`, which comes with ponor.',
    /** The address of the machine where none is known. */
    yours: 'ADDRESS',
    yours6: 'IPV6-ADDRESS',
  },
  working: {
    title: '3. Is it working?',
    text: 'This page has your browser look up {names} test names and sees which of the questions arrive here. They mean nothing and lead nowhere; ponor answers them itself. If your browser asks another DNS server, that server sees them.',
    start: 'Check this device',
    again: 'Check again',
    checking: 'Checking…',
    arrived: { other: '{n} of {all} test names arrived' },
    numbers: { seen: 'Test name {number}: arrived', missing: 'Test name {number}: not yet' },
    outcomes: {
      all: {
        title: 'It works: this browser’s lookups come to ponor.',
        next: [],
      },
      here: {
        title: 'This machine’s own lookups come to ponor.',
        next: ['The questions came from the machine that ponor runs on, which says nothing of other devices yet. Open this page on another device as well, or see under “Asking right now” whether it asks.'],
      },
      some: {
        title: 'Only some lookups come to ponor: a second DNS server is in use as well.',
        next: [
          'Look for a second (alternative) DNS server in the router, and empty it or enter ponor’s address again.',
          'Look for a DNS server in the IPv6 settings of the router: it must be ponor’s, or not be announced.',
          'Look at this device’s own network settings for a DNS server that was entered by hand.',
          'Join the network again, then check again.',
        ],
      },
      none: {
        title: 'No lookup came to ponor: this browser asks another DNS server.',
        next: [
          'If the router was only just told: join the network again, such as by switching Wi-Fi off and on. Devices keep the old server until then.',
          'Look for “Secure DNS” or “DNS over HTTPS” in the browser’s settings, and on Android for “Private DNS”: switched on, they go around the router.',
          'A VPN, iCloud Private Relay or a security program may ask a server of its own: switch it off and check again.',
          'If none of these: the router was not told yet, or it hands out another address than the one above.',
        ],
      },
      forbidden: {
        title: 'The browser did not let this page look anything up.',
        next: ['Load this page anew. If something stands between ponor and your browser, such as a reverse proxy, it must leave the header Content-Security-Policy as it is.'],
      },
      lost: {
        title: 'ponor could not be asked what arrived.',
        next: ['Look whether ponor is still running, and check again.'],
      },
    },
    from: 'Asked by',
    askedOf: '{seen} of {all} names',
    thisMachine: 'the machine that ponor runs on',
    transports: {
      udp: 'unencrypted',
      tcp: 'unencrypted',
      dot: 'DNS over TLS',
      doh: 'DNS over HTTPS',
      doh3: 'DNS over HTTPS',
      doq: 'DNS over QUIC',
    },
  },
  arriving: {
    title: 'Asking right now',
    text: { one: '{n} device asked in the last minute.', other: '{n} devices asked in the last minute.' },
    none: 'No device asked in the last minute. They appear here by themselves as soon as they ask.',
    onlyOne:
      'So far all lookups come from one device. If other devices are on, your router asks for them, and ponor cannot tell them apart: enter the address in the settings of the local network (DHCP) instead of those of the Internet access.',
  },
  routers,
} as const;
