/** The texts of the page that connects the network, in German. */
import type { setup as english } from '../en/setup';
import type { Translation } from '../translation';
import { routers } from './routers';

export const setup: Translation<typeof english> = {
  text: 'Dein Router sagt jedem Gerät, welchen DNS-Server es fragen soll. Lass ihn ponor nennen, und an den Geräten ist nichts einzustellen.',
  enter: {
    title: '1. Die Adresse zum Eintragen',
    text: 'Geräte fragen ponor unter:',
    v4: 'IPv4',
    v6: 'IPv6',
    anywhere: 'ponor antwortet unter jeder Adresse dieses Rechners. Trag die ein, die der Router für ihn hat.',
    guessed: 'ponor antwortet unter jeder Adresse dieses Rechners; dies ist die, mit der du diese Seite geöffnet hast.',
    hereOnly:
      'ponor antwortet, wo kein Router es fragen kann: nur auf diesem Rechner, oder an einem anderen Port als 53. Setz `dns.listen` in `config.toml` auf eine Adresse dieses Rechners in deinem Netzwerk, mit Port 53.',
    notYet: 'ponor antwortet noch nirgends.',
    here: 'Nur auf diesem Rechner:',
    byHand: 'Um es ohne den Router zu probieren, frag von Hand:',
    copy: 'Kopieren',
    copyOf: ' {text}',
    copied: 'Kopiert',
    selected: 'Markiert: Kopier es mit der Tastatur oder dem Menü',
  },
  where: {
    title: '2. Wo sie hingehört',
    pick: 'Dein Router',
    choose: 'Wählen …',
    none: 'Wähl deinen Router, um die Schritte zu sehen. Bei allen suchst du den DNS-Server in den Einstellungen des Heimnetzes oder von DHCP, nicht in denen des Internetzugangs.',
    untried:
      'Menüs unterscheiden sich je nach Version, und diese Schritte wurden an keinem Gerät probiert: Sie sagen, wo man sucht. Das Handbuch deines Routers entscheidet.',
    after:
      'Lass danach ein Gerät dem Netzwerk neu beitreten, etwa indem du sein WLAN aus- und einschaltest: Geräte behalten den alten Server bis zu einem Tag.',
    mind: 'Bei jedem Router',
    warnings: [
      'Lass einen zweiten DNS-Server leer, oder trag dieselbe Adresse noch einmal ein. Geräte fragen zwei Server, wie es ihnen gefällt: Ein öffentlicher neben ponor lässt durch, was ponor stoppt.',
      'Denk an IPv6: Kündigt der Router auch über IPv6 einen DNS-Server an, muss es der von ponor sein, sonst umgehen ihn Geräte. Trag dort die IPv6-Adresse von ponors Rechner ein (eine, die mit `fd` beginnt, bleibt), oder schalte diese Ankündigung aus.',
      'Lass den Router ponors Rechner eine feste Adresse geben (eine DHCP-Reservierung), und lass ihn an: Unter einer anderen Adresse, oder wenn er schläft, findet kein Gerät einen Namen.',
    ],
    undo: 'Rückgängig machen',
    undoText:
      'Entfern die Adresse aus demselben Feld des Routers, sodass es wieder leer oder automatisch ist, und lass die Geräte dem Netzwerk neu beitreten. Sonst wurde nichts geändert.',
    more: 'Dasselbe zum Lesen ohne Netz, und wie Namen des Hauses wie `nas.lan` weiter funktionieren: `docs/router.md`, das mit ponor kommt.',
    yours: 'ADRESSE',
    yours6: 'IPV6-ADRESSE',
  },
  working: {
    title: '3. Funktioniert es?',
    text: 'Diese Seite lässt deinen Browser {names} Testnamen abfragen und sieht, welche der Fragen hier ankommen. Sie bedeuten nichts und führen nirgendwohin; ponor beantwortet sie selbst. Fragt dein Browser einen anderen DNS-Server, dann sieht der sie.',
    start: 'Dieses Gerät prüfen',
    again: 'Noch einmal prüfen',
    checking: 'Prüft …',
    arrived: { one: '{n} von {all} Testnamen ist angekommen', other: '{n} von {all} Testnamen sind angekommen' },
    numbers: { seen: 'Testname {number}: angekommen', missing: 'Testname {number}: noch nicht' },
    outcomes: {
      all: {
        title: 'Es funktioniert: Die Abfragen dieses Browsers kommen zu ponor.',
        next: [],
      },
      here: {
        title: 'Die eigenen Abfragen dieses Rechners kommen zu ponor.',
        next: [
          'Die Fragen kamen von dem Rechner, auf dem ponor läuft. Das sagt noch nichts über andere Geräte. Öffne diese Seite auch auf einem anderen Gerät, oder sieh unter „Fragt gerade“ nach, ob es fragt.',
        ],
      },
      some: {
        title: 'Nur manche Abfragen kommen zu ponor: Auch ein zweiter DNS-Server ist in Gebrauch.',
        next: [
          'Such im Router nach einem zweiten (alternativen) DNS-Server, und leere ihn oder trag noch einmal ponors Adresse ein.',
          'Such in den IPv6-Einstellungen des Routers nach einem DNS-Server: Es muss der von ponor sein, oder keiner wird angekündigt.',
          'Sieh in den Netzwerkeinstellungen dieses Geräts nach, ob von Hand ein DNS-Server eingetragen wurde.',
          'Tritt dem Netzwerk neu bei, und prüf dann noch einmal.',
        ],
      },
      none: {
        title: 'Keine Abfrage kam zu ponor: Dieser Browser fragt einen anderen DNS-Server.',
        next: [
          'Wenn der Router es eben erst erfahren hat: Tritt dem Netzwerk neu bei, etwa indem du das WLAN aus- und einschaltest. Bis dahin behalten Geräte den alten Server.',
          'Such in den Einstellungen des Browsers nach „Sicheres DNS“ oder „DNS über HTTPS“, und unter Android nach „Privates DNS“: Eingeschaltet umgehen sie den Router.',
          'Ein VPN, iCloud Privat-Relay oder ein Sicherheitsprogramm fragt vielleicht einen eigenen Server: Schalte es aus, und prüf noch einmal.',
          'Wenn nichts davon: Der Router hat es noch nicht erfahren, oder er gibt eine andere Adresse aus als die oben.',
        ],
      },
      forbidden: {
        title: 'Der Browser hat diese Seite nichts abfragen lassen.',
        next: [
          'Lade diese Seite neu. Steht etwas zwischen ponor und deinem Browser, etwa ein Reverse-Proxy, dann muss es den Header Content-Security-Policy lassen, wie er ist.',
        ],
      },
      lost: {
        title: 'ponor konnte nicht gefragt werden, was ankam.',
        next: ['Sieh nach, ob ponor noch läuft, und prüf noch einmal.'],
      },
    },
    from: 'Gefragt hat',
    askedOf: '{seen} von {all} Namen',
    thisMachine: 'der Rechner, auf dem ponor läuft',
    transports: {
      udp: 'unverschlüsselt',
      tcp: 'unverschlüsselt',
      dot: 'DNS über TLS',
      doh: 'DNS über HTTPS',
      doh3: 'DNS über HTTPS',
      doq: 'DNS über QUIC',
    },
  },
  arriving: {
    title: 'Fragt gerade',
    text: { one: '{n} Gerät hat in der letzten Minute gefragt.', other: '{n} Geräte haben in der letzten Minute gefragt.' },
    none: 'Kein Gerät hat in der letzten Minute gefragt. Sie erscheinen hier von selbst, sobald sie fragen.',
    onlyOne:
      'Bisher kommen alle Abfragen von einem Gerät. Sind andere Geräte an, dann fragt dein Router für sie, und ponor kann sie nicht unterscheiden: Trag die Adresse in den Einstellungen des Heimnetzes (DHCP) ein statt in denen des Internetzugangs.',
  },
  routers,
};
