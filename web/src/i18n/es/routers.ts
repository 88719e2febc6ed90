/** Where the setting is, by router, in Spanish; the names of menus are in English where those in Spanish are not known for sure. */
import type { routers as english } from '../en/routers';
import type { Translation } from '../translation';

export const routers: Translation<typeof english> = {
  openwrt: {
    name: 'OpenWrt',
    steps: [
      'Abre `Network` → `Interfaces`, edita `LAN`, y allí `DHCP Server` → `Advanced Settings`.',
      'Añade `6,{v4}` a `DHCP-Options`.',
      'Para IPv6, pon `{v6}` como servidor DNS anunciado en la pestaña `IPv6 Settings`.',
      'Guarda y aplica. O haz lo mismo en una línea de comandos:',
    ],
  },
  fritzbox: {
    name: 'Fritz!Box',
    steps: [
      'Abre `Home Network` → `Network` → `Network Settings`, y muestra los demás ajustes.',
      'En `IPv4 Settings`, pon `{v4}` como `Local DNS server`.',
      'En `IPv6 Settings`, pon `{v6}` como `DNSv6 server in the home network`, y haz que se anuncie también en los anuncios del router.',
      'Deja `Internet` → `Account Information` → `DNS Server` como está: puesta allí, todas las consultas vienen del router, y todos los dispositivos son uno.',
    ],
  },
  unifi: {
    name: 'UniFi',
    steps: [
      'Abre `Settings` → `Networks`, elige la red, y allí `DHCP` → `DNS Server`.',
      'Desactiva la elección automática, pon `{v4}` y deja vacíos los demás campos. Hazlo en cada red.',
      'Haz lo mismo en IPv6 con `{v6}`, donde se use.',
      'Desactiva el filtrado de contenido de la red: envía las consultas a servidores propios.',
    ],
  },
  asus: {
    name: 'ASUS',
    steps: [
      'Abre `LAN` → `DHCP Server`.',
      'Pon `{v4}` como `DNS Server 1`, y deja vacío el segundo.',
      'Pon `Advertise router’s IP in addition to user-specified DNS` en `No`.',
      'En `IPv6`, pon `{v6}` como servidor DNS, donde se use IPv6.',
      'Más adelante, `DNS Director` en `LAN` puede traer a los dispositivos que preguntan a un servidor propio.',
    ],
  },
  tplink: {
    name: 'TP-Link',
    steps: [
      'Abre `Advanced` → `Network` → `DHCP Server`.',
      'Pon `{v4}` como `Primary DNS`, y la misma como `Secondary DNS`. No `8.8.8.8` ni otra pública.',
      'En IPv6, busca el servidor DNS de la red local y pon `{v6}`.',
    ],
  },
  mikrotik: {
    name: 'MikroTik',
    steps: [
      'Para IPv6, haz que `/ipv6 nd` anuncie `{v6}` como servidor DNS, o ningún servidor.',
      'Más adelante, una regla `dst-nat` para el puerto 53 puede traer a los dispositivos que preguntan a un servidor propio.',
      'Para IPv4, abre una terminal y escribe:',
    ],
  },
  provider: {
    name: 'El router de la operadora',
    steps: [
      'Busca un servidor DNS en `DHCP`, `LAN` o `Red local`. Muchos de estos routers tienen el campo; pon `{v4}`.',
      'Si no lo hay, tienes tres opciones.',
      'Pon `{v4}` como servidor DNS en cada dispositivo que importe, en sus ajustes de wifi o de red.',
      'O desactiva el DHCP del router, y deja que lo haga otra máquina tuya que pueda nombrar un servidor DNS.',
      'O pon un router propio detrás, y díselo a ese.',
    ],
  },
  other: {
    name: 'Otro router',
    steps: [
      'Busca `Servidor DNS` en los ajustes de `DHCP`, `LAN` o `Red local`, y pon `{v4}`.',
      'Búscalo también en los ajustes IPv6, y pon `{v6}`, o desactiva que el router anuncie uno.',
      'Un campo entre los ajustes del acceso a Internet (WAN) también funciona, pero entonces el router pregunta por todos, y ponor ve un solo dispositivo.',
    ],
  },
};
