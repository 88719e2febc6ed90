/** The texts of the page that connects the network, in French. */
import type { setup as english } from '../en/setup';
import type { Translation } from '../translation';
import { routers } from './routers';

export const setup: Translation<typeof english> = {
  text: 'Votre routeur dit à chaque appareil quel serveur DNS interroger. Faites-lui nommer ponor, et il n’y a rien à régler sur les appareils.',
  enter: {
    title: '1. L’adresse à saisir',
    text: 'Les appareils interrogent ponor à :',
    v4: 'IPv4',
    v6: 'IPv6',
    anywhere: 'ponor répond à toutes les adresses de cette machine. Saisissez celle que le routeur a pour elle.',
    guessed: 'ponor répond à toutes les adresses de cette machine ; voici celle par laquelle vous avez ouvert cette page.',
    hereOnly:
      'ponor répond là où aucun routeur ne peut l’interroger : sur cette machine seulement, ou à un autre port que 53. Donnez à `dns.listen` dans `config.toml` une adresse de cette machine dans votre réseau, avec le port 53.',
    notYet: 'ponor ne répond encore nulle part.',
    here: 'Sur cette machine seulement :',
    byHand: 'Pour l’essayer sans le routeur, interrogez-le à la main :',
    copy: 'Copier',
    copyOf: ' {text}',
    copied: 'Copié',
    selected: 'Sélectionné : copiez-le avec votre clavier ou le menu',
  },
  where: {
    title: '2. Où la saisir',
    pick: 'Votre routeur',
    choose: 'Choisir…',
    none: 'Choisissez votre routeur pour voir les étapes. Dans tous, cherchez le serveur DNS parmi les réglages du réseau local ou du DHCP, pas parmi ceux de l’accès à Internet.',
    untried:
      'Les menus changent selon les versions, et ces étapes n’ont été essayées sur aucun appareil : elles disent où chercher. Le manuel de votre routeur décide.',
    after:
      'Faites ensuite rejoindre le réseau à un appareil, par exemple en coupant puis en rétablissant son Wi-Fi : les appareils gardent l’ancien serveur jusqu’à un jour.',
    mind: 'Quel que soit le routeur',
    warnings: [
      'Laissez vide un second serveur DNS, ou saisissez-y la même adresse. Les appareils interrogent deux serveurs comme il leur plaît : un serveur public à côté de ponor laisse passer ce que ponor bloque.',
      'Pensez à IPv6 : si le routeur annonce aussi un serveur DNS en IPv6, ce doit être celui de ponor, sinon des appareils le contournent. Saisissez-y l’adresse IPv6 de la machine de ponor (une qui commence par `fd` ne change pas), ou désactivez cette annonce.',
      'Faites donner par le routeur une adresse fixe à la machine de ponor (une réservation DHCP), et laissez-la allumée : à une autre adresse, ou en veille, aucun appareil ne trouve plus de nom.',
    ],
    undo: 'Pour revenir en arrière',
    undoText:
      'Retirez l’adresse du même champ du routeur, pour qu’il soit de nouveau vide ou automatique, et faites rejoindre le réseau aux appareils. Rien d’autre n’a été changé.',
    more: 'La même chose à lire hors ligne, et comment les noms de la maison tels que `nas.lan` continuent de marcher : `docs/router.md`, fourni avec ponor.',
    yours: 'ADRESSE',
    yours6: 'ADRESSE-IPV6',
  },
  working: {
    title: '3. Est-ce que cela marche ?',
    text: 'Cette page fait chercher à votre navigateur {names} noms d’essai et voit quelles questions arrivent ici. Ils ne veulent rien dire et ne mènent nulle part ; ponor y répond lui-même. Si votre navigateur interroge un autre serveur DNS, ce serveur les voit.',
    start: 'Vérifier cet appareil',
    again: 'Vérifier encore',
    checking: 'Vérification…',
    arrived: { one: '{n} nom d’essai sur {all} est arrivé', other: '{n} noms d’essai sur {all} sont arrivés' },
    numbers: { seen: 'Nom d’essai {number} : arrivé', missing: 'Nom d’essai {number} : pas encore' },
    outcomes: {
      all: {
        title: 'Cela marche : les requêtes de ce navigateur arrivent à ponor.',
        next: [],
      },
      here: {
        title: 'Les requêtes de cette machine elle-même arrivent à ponor.',
        next: [
          'Les questions sont venues de la machine où tourne ponor, ce qui ne dit encore rien des autres appareils. Ouvrez aussi cette page sur un autre appareil, ou regardez sous « En ce moment » s’il fait des requêtes.',
        ],
      },
      some: {
        title: 'Seules certaines requêtes arrivent à ponor : un second serveur DNS est aussi utilisé.',
        next: [
          'Cherchez dans le routeur un second serveur DNS (secondaire), et videz-le ou saisissez-y encore l’adresse de ponor.',
          'Cherchez un serveur DNS dans les réglages IPv6 du routeur : ce doit être celui de ponor, ou ne pas être annoncé.',
          'Regardez dans les réglages réseau de cet appareil si un serveur DNS y a été saisi à la main.',
          'Rejoignez le réseau, puis vérifiez encore.',
        ],
      },
      none: {
        title: 'Aucune requête n’est arrivée à ponor : ce navigateur interroge un autre serveur DNS.',
        next: [
          'Si le routeur vient seulement de l’apprendre : rejoignez le réseau, par exemple en coupant puis en rétablissant le Wi-Fi. Les appareils gardent l’ancien serveur jusque-là.',
          'Cherchez « DNS sécurisé » ou « DNS via HTTPS » dans les réglages du navigateur, et sur Android « DNS privé » : activés, ils contournent le routeur.',
          'Un VPN, le Relais privé iCloud ou un programme de sécurité interroge peut-être son propre serveur : désactivez-le et vérifiez encore.',
          'Si rien de cela : le routeur ne l’a pas encore appris, ou il donne une autre adresse que celle ci-dessus.',
        ],
      },
      forbidden: {
        title: 'Le navigateur n’a laissé cette page rien chercher.',
        next: [
          'Rechargez cette page. Si quelque chose se trouve entre ponor et votre navigateur, comme un proxy inverse, il doit laisser l’en-tête Content-Security-Policy tel quel.',
        ],
      },
      lost: {
        title: 'On n’a pas pu demander à ponor ce qui est arrivé.',
        next: ['Regardez si ponor tourne encore, et vérifiez de nouveau.'],
      },
    },
    from: 'Demandé par',
    askedOf: '{seen} noms sur {all}',
    thisMachine: 'la machine où tourne ponor',
    transports: {
      udp: 'en clair',
      tcp: 'en clair',
      dot: 'DNS sur TLS',
      doh: 'DNS sur HTTPS',
      doh3: 'DNS sur HTTPS',
      doq: 'DNS sur QUIC',
    },
  },
  arriving: {
    title: 'En ce moment',
    text: {
      one: '{n} appareil a fait des requêtes dans la dernière minute.',
      other: '{n} appareils ont fait des requêtes dans la dernière minute.',
    },
    none: 'Aucun appareil n’a fait de requête dans la dernière minute. Ils apparaissent ici d’eux-mêmes dès qu’ils en font.',
    onlyOne:
      'Jusqu’ici, toutes les requêtes viennent d’un seul appareil. Si d’autres sont allumés, votre routeur les fait pour eux, et ponor ne peut pas les distinguer : saisissez l’adresse dans les réglages du réseau local (DHCP) plutôt que dans ceux de l’accès à Internet.',
  },
  routers,
};
