/** The texts of the page that connects the network, in English; they travel with that page and not with the others. */
import { count, plural } from './format';

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
    arrived: (seen: number, all: number) => `${count(seen)} of ${count(all)} test names arrived`,
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
    askedOf: (seen: number, all: number) => `${count(seen)} of ${count(all)} names`,
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
    text: (devices: number) =>
      plural(devices, { one: '1 device asked in the last minute.', other: `${count(devices)} devices asked in the last minute.` }),
    none: 'No device asked in the last minute. They appear here by themselves as soon as they ask.',
    onlyOne:
      'So far all lookups come from one device. If other devices are on, your router asks for them, and ponor cannot tell them apart: enter the address in the settings of the local network (DHCP) instead of those of the Internet access.',
  },
  /** Where the setting is. What stands between backticks is what the router calls it, or is to be typed. */
  routers: {
    openwrt: {
      name: 'OpenWrt',
      steps: [
        'Open `Network` → `Interfaces`, edit `LAN`, and there `DHCP Server` → `Advanced Settings`.',
        'Add `6,{v4}` to `DHCP-Options`.',
        'For IPv6, enter `{v6}` as announced DNS server in the tab `IPv6 Settings`.',
        'Save and apply. Or do the same at a command line:',
      ],
      commands: [
        "uci add_list dhcp.lan.dhcp_option='6,{v4}'",
        "uci add_list dhcp.lan.dns='{v6}'",
        'uci commit dhcp && service dnsmasq restart && service odhcpd restart',
      ],
    },
    fritzbox: {
      name: 'Fritz!Box',
      steps: [
        'Open `Home Network` → `Network` → `Network Settings`, and show the additional settings.',
        'Under `IPv4 Settings`, enter `{v4}` as `Local DNS server`.',
        'Under `IPv6 Settings`, enter `{v6}` as `DNSv6 server in the home network`, and have it announced in router advertisements as well.',
        'Leave `Internet` → `Account Information` → `DNS Server` alone: entered there, every lookup comes from the router, and all devices are one.',
      ],
      commands: [],
    },
    unifi: {
      name: 'UniFi',
      steps: [
        'Open `Settings` → `Networks`, choose the network, and there `DHCP` → `DNS Server`.',
        'Switch the automatic choice off, enter `{v4}`, and leave the other fields empty. Do so for each network.',
        'Do the same under IPv6 with `{v6}`, where it is in use.',
        'Switch content filtering off for the network: it sends lookups to servers of its own.',
      ],
      commands: [],
    },
    asus: {
      name: 'ASUS',
      steps: [
        'Open `LAN` → `DHCP Server`.',
        'Enter `{v4}` as `DNS Server 1`, and leave the second empty.',
        'Set `Advertise router’s IP in addition to user-specified DNS` to `No`.',
        'Under `IPv6`, enter `{v6}` as DNS server, where IPv6 is in use.',
        'Later, `DNS Director` under `LAN` can bring in devices that ask a server of their own.',
      ],
      commands: [],
    },
    tplink: {
      name: 'TP-Link',
      steps: [
        'Open `Advanced` → `Network` → `DHCP Server`.',
        'Enter `{v4}` as `Primary DNS`, and the same as `Secondary DNS`. Not `8.8.8.8` or another public one.',
        'Under IPv6, look for the DNS server of the local network, and enter `{v6}`.',
      ],
      commands: [],
    },
    mikrotik: {
      name: 'MikroTik',
      steps: [
        'For IPv6, have `/ipv6 nd` announce `{v6}` as DNS server, or no server at all.',
        'Later, a `dst-nat` rule for port 53 can bring in devices that ask a server of their own.',
        'For IPv4, open a terminal and enter:',
      ],
      commands: ['/ip dhcp-server network set [find] dns-server={v4}'],
    },
    provider: {
      name: 'The box of the provider',
      steps: [
        'Look for a DNS server under `DHCP`, `LAN` or `Home network`. Many such boxes have the field; enter `{v4}`.',
        'If there is none, you have three choices.',
        'Enter `{v4}` as DNS server on each device that matters, in its Wi-Fi or network settings.',
        'Or switch DHCP off in the box, and let another machine of yours do it that can name a DNS server.',
        'Or put a router of your own behind the box, and tell that one.',
      ],
      commands: [],
    },
    other: {
      name: 'Another router',
      steps: [
        'Look for `DNS server` in the settings of `DHCP`, `LAN` or `Local network`, and enter `{v4}`.',
        'Look for it in the IPv6 settings too, and enter `{v6}`, or switch off that the router announces one.',
        'A field among the settings of the Internet access (WAN) works as well, but then the router asks for everybody, and ponor sees one device.',
      ],
      commands: [],
    },
  },
} as const;
