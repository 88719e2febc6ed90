/** Where the setting is, by router, in German: the names of menus as the router has them in German, or in English where it has no
 * other or they are not known for sure. */
import type { routers as english } from '../en/routers';
import type { Translation } from '../translation';

export const routers: Translation<typeof english> = {
  openwrt: {
    name: 'OpenWrt',
    steps: [
      'Öffne `Network` → `Interfaces`, bearbeite `LAN`, und dort `DHCP Server` → `Advanced Settings`.',
      'Füge `6,{v4}` bei `DHCP-Options` hinzu.',
      'Für IPv6 trag `{v6}` als angekündigten DNS-Server im Reiter `IPv6 Settings` ein.',
      'Speichern und anwenden. Oder mach dasselbe auf einer Kommandozeile:',
    ],
  },
  fritzbox: {
    name: 'Fritz!Box',
    steps: [
      'Öffne `Heimnetz` → `Netzwerk` → `Netzwerkeinstellungen`, und lass die weiteren Einstellungen anzeigen.',
      'Unter `IPv4-Einstellungen` trag `{v4}` als `Lokaler DNS-Server` ein.',
      'Unter `IPv6-Einstellungen` trag `{v6}` als `DNSv6-Server im Heimnetz` ein, und lass ihn auch über Router Advertisements bekanntgeben.',
      'Lass `Internet` → `Zugangsdaten` → `DNS-Server`, wie es ist: Dort eingetragen, kommt jede Abfrage vom Router, und alle Geräte sind eines.',
    ],
  },
  unifi: {
    name: 'UniFi',
    steps: [
      'Öffne `Settings` → `Networks`, wähl das Netzwerk, und dort `DHCP` → `DNS Server`.',
      'Schalte die automatische Wahl aus, trag `{v4}` ein, und lass die anderen Felder leer. Mach das bei jedem Netzwerk.',
      'Mach dasselbe unter IPv6 mit `{v6}`, wo es in Gebrauch ist.',
      'Schalte die Inhaltsfilter für das Netzwerk aus: Sie schicken Abfragen an eigene Server.',
    ],
  },
  asus: {
    name: 'ASUS',
    steps: [
      'Öffne `LAN` → `DHCP Server`.',
      'Trag `{v4}` als `DNS Server 1` ein, und lass den zweiten leer.',
      'Setz `Advertise router’s IP in addition to user-specified DNS` auf `No`.',
      'Unter `IPv6` trag `{v6}` als DNS-Server ein, wo IPv6 in Gebrauch ist.',
      'Später kann `DNS Director` unter `LAN` auch Geräte einfangen, die einen eigenen Server fragen.',
    ],
  },
  tplink: {
    name: 'TP-Link',
    steps: [
      'Öffne `Advanced` → `Network` → `DHCP Server`.',
      'Trag `{v4}` als `Primary DNS` ein, und dasselbe als `Secondary DNS`. Nicht `8.8.8.8` oder einen anderen öffentlichen.',
      'Such unter IPv6 nach dem DNS-Server des lokalen Netzwerks, und trag `{v6}` ein.',
    ],
  },
  mikrotik: {
    name: 'MikroTik',
    steps: [
      'Für IPv6 lass `/ipv6 nd` `{v6}` als DNS-Server ankündigen, oder gar keinen Server.',
      'Später kann eine `dst-nat`-Regel für Port 53 auch Geräte einfangen, die einen eigenen Server fragen.',
      'Für IPv4 öffne ein Terminal, und gib ein:',
    ],
  },
  provider: {
    name: 'Die Box des Anbieters',
    steps: [
      'Such nach einem DNS-Server unter `DHCP`, `LAN` oder `Heimnetz`. Viele solche Boxen haben das Feld; trag `{v4}` ein.',
      'Gibt es keins, hast du drei Möglichkeiten.',
      'Trag `{v4}` als DNS-Server auf jedem Gerät ein, auf das es ankommt, in seinen WLAN- oder Netzwerkeinstellungen.',
      'Oder schalte DHCP in der Box aus, und lass es einen anderen deiner Rechner tun, der einen DNS-Server nennen kann.',
      'Oder stell einen eigenen Router hinter die Box, und sag es dem.',
    ],
  },
  other: {
    name: 'Ein anderer Router',
    steps: [
      'Such nach `DNS-Server` in den Einstellungen von `DHCP`, `LAN` oder `Lokales Netzwerk`, und trag `{v4}` ein.',
      'Such auch in den IPv6-Einstellungen danach, und trag `{v6}` ein, oder schalte aus, dass der Router einen ankündigt.',
      'Ein Feld in den Einstellungen des Internetzugangs (WAN) geht auch, aber dann fragt der Router für alle, und ponor sieht ein Gerät.',
    ],
  },
};
