/** Where the setting is, by router. What stands between backticks is what the router calls it, or is to be typed. */
export const routers = {
  openwrt: {
    name: 'OpenWrt',
    steps: [
      'Open `Network` → `Interfaces`, edit `LAN`, and there `DHCP Server` → `Advanced Settings`.',
      'Add `6,{v4}` to `DHCP-Options`.',
      'For IPv6, enter `{v6}` as announced DNS server in the tab `IPv6 Settings`.',
      'Save and apply. Or do the same at a command line:',
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
  },
  unifi: {
    name: 'UniFi',
    steps: [
      'Open `Settings` → `Networks`, choose the network, and there `DHCP` → `DNS Server`.',
      'Switch the automatic choice off, enter `{v4}`, and leave the other fields empty. Do so for each network.',
      'Do the same under IPv6 with `{v6}`, where it is in use.',
      'Switch content filtering off for the network: it sends lookups to servers of its own.',
    ],
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
  },
  tplink: {
    name: 'TP-Link',
    steps: [
      'Open `Advanced` → `Network` → `DHCP Server`.',
      'Enter `{v4}` as `Primary DNS`, and the same as `Secondary DNS`. Not `8.8.8.8` or another public one.',
      'Under IPv6, look for the DNS server of the local network, and enter `{v6}`.',
    ],
  },
  mikrotik: {
    name: 'MikroTik',
    steps: [
      'For IPv6, have `/ipv6 nd` announce `{v6}` as DNS server, or no server at all.',
      'Later, a `dst-nat` rule for port 53 can bring in devices that ask a server of their own.',
      'For IPv4, open a terminal and enter:',
    ],
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
  },
  other: {
    name: 'Another router',
    steps: [
      'Look for `DNS server` in the settings of `DHCP`, `LAN` or `Local network`, and enter `{v4}`.',
      'Look for it in the IPv6 settings too, and enter `{v6}`, or switch off that the router announces one.',
      'A field among the settings of the Internet access (WAN) works as well, but then the router asks for everybody, and ponor sees one device.',
    ],
  },
} as const;
