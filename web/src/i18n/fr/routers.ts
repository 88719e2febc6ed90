/** Where the setting is, by router, in French; the names of menus are in English where those in French are not known for sure. */
import type { routers as english } from '../en/routers';
import type { Translation } from '../translation';

export const routers: Translation<typeof english> = {
  openwrt: {
    name: 'OpenWrt',
    steps: [
      'Ouvrez `Network` → `Interfaces`, modifiez `LAN`, et là `DHCP Server` → `Advanced Settings`.',
      'Ajoutez `6,{v4}` à `DHCP-Options`.',
      'Pour IPv6, saisissez `{v6}` comme serveur DNS annoncé dans l’onglet `IPv6 Settings`.',
      'Enregistrez et appliquez. Ou faites de même en ligne de commande :',
    ],
  },
  fritzbox: {
    name: 'Fritz!Box',
    steps: [
      'Ouvrez `Home Network` → `Network` → `Network Settings`, et affichez les autres réglages.',
      'Sous `IPv4 Settings`, saisissez `{v4}` comme `Local DNS server`.',
      'Sous `IPv6 Settings`, saisissez `{v6}` comme `DNSv6 server in the home network`, et faites-le annoncer aussi par les annonces de routeur.',
      'Ne touchez pas à `Internet` → `Account Information` → `DNS Server` : saisi là, toutes les requêtes viennent du routeur, et tous les appareils n’en font qu’un.',
    ],
  },
  unifi: {
    name: 'UniFi',
    steps: [
      'Ouvrez `Settings` → `Networks`, choisissez le réseau, et là `DHCP` → `DNS Server`.',
      'Désactivez le choix automatique, saisissez `{v4}`, et laissez les autres champs vides. Faites-le pour chaque réseau.',
      'Faites de même sous IPv6 avec `{v6}`, là où il est utilisé.',
      'Désactivez le filtrage de contenu du réseau : il envoie les requêtes à ses propres serveurs.',
    ],
  },
  asus: {
    name: 'ASUS',
    steps: [
      'Ouvrez `LAN` → `DHCP Server`.',
      'Saisissez `{v4}` comme `DNS Server 1`, et laissez le second vide.',
      'Mettez `Advertise router’s IP in addition to user-specified DNS` à `No`.',
      'Sous `IPv6`, saisissez `{v6}` comme serveur DNS, là où IPv6 est utilisé.',
      'Plus tard, `DNS Director` sous `LAN` peut ramener les appareils qui interrogent leur propre serveur.',
    ],
  },
  tplink: {
    name: 'TP-Link',
    steps: [
      'Ouvrez `Advanced` → `Network` → `DHCP Server`.',
      'Saisissez `{v4}` comme `Primary DNS`, et la même comme `Secondary DNS`. Pas `8.8.8.8` ni un autre serveur public.',
      'Sous IPv6, cherchez le serveur DNS du réseau local, et saisissez `{v6}`.',
    ],
  },
  mikrotik: {
    name: 'MikroTik',
    steps: [
      'Pour IPv6, faites annoncer par `/ipv6 nd` `{v6}` comme serveur DNS, ou aucun serveur.',
      'Plus tard, une règle `dst-nat` pour le port 53 peut ramener les appareils qui interrogent leur propre serveur.',
      'Pour IPv4, ouvrez un terminal et saisissez :',
    ],
  },
  provider: {
    name: 'La box du fournisseur',
    steps: [
      'Cherchez un serveur DNS sous `DHCP`, `LAN` ou `Réseau local`. Beaucoup de ces box ont le champ ; saisissez `{v4}`.',
      'S’il n’y en a pas, vous avez trois choix.',
      'Saisissez `{v4}` comme serveur DNS sur chaque appareil qui compte, dans ses réglages Wi-Fi ou réseau.',
      'Ou désactivez le DHCP de la box, et laissez-en le soin à une autre de vos machines, qui peut nommer un serveur DNS.',
      'Ou mettez votre propre routeur derrière la box, et réglez celui-là.',
    ],
  },
  other: {
    name: 'Un autre routeur',
    steps: [
      'Cherchez `Serveur DNS` dans les réglages `DHCP`, `LAN` ou `Réseau local`, et saisissez `{v4}`.',
      'Cherchez-le aussi dans les réglages IPv6, et saisissez `{v6}`, ou désactivez l’annonce d’un serveur par le routeur.',
      'Un champ parmi les réglages de l’accès à Internet (WAN) marche aussi, mais alors le routeur interroge pour tout le monde, et ponor ne voit qu’un appareil.',
    ],
  },
};
