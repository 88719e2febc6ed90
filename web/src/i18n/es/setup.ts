/** The texts of the page that connects the network, in Spanish. */
import type { setup as english } from '../en/setup';
import type { Translation } from '../translation';
import { routers } from './routers';

export const setup: Translation<typeof english> = {
  text: 'Tu router le dice a cada dispositivo a qué servidor DNS preguntar. Haz que nombre a ponor, y no hay que ajustar nada en los dispositivos.',
  enter: {
    title: '1. La dirección que hay que poner',
    text: 'Los dispositivos preguntan a ponor en:',
    v4: 'IPv4',
    v6: 'IPv6',
    anywhere: 'ponor responde en todas las direcciones de esta máquina. Pon la que el router tiene para ella.',
    guessed: 'ponor responde en todas las direcciones de esta máquina; esta es la dirección con la que abriste esta página.',
    hereOnly:
      'ponor responde donde ningún router puede preguntarle: solo en esta máquina, o en un puerto distinto del 53. Pon `dns.listen` en `config.toml` en una dirección de esta máquina en tu red, con el puerto 53.',
    notYet: 'ponor aún no responde en ningún sitio.',
    here: 'Solo en esta máquina:',
    byHand: 'Para probarlo sin el router, pregunta a mano:',
    copy: 'Copiar',
    copyOf: ' {text}',
    copied: 'Copiado',
    selected: 'Seleccionado: cópialo con el teclado o el menú',
  },
  where: {
    title: '2. Dónde ponerla',
    pick: 'Tu router',
    choose: 'Elige…',
    none: 'Elige tu router para ver los pasos. En todos buscas el servidor DNS entre los ajustes de la red local o del DHCP, no entre los del acceso a Internet.',
    untried:
      'Los menús cambian según la versión, y estos pasos no se probaron en ningún aparato: dicen dónde buscar. El manual de tu router manda.',
    after:
      'Después haz que un dispositivo vuelva a unirse a la red, por ejemplo apagando y encendiendo su wifi: los dispositivos conservan el servidor anterior hasta un día.',
    mind: 'Sea cual sea el router',
    warnings: [
      'Deja vacío un segundo servidor DNS, o pon la misma dirección otra vez. Los dispositivos preguntan a dos servidores como les parece: uno público junto a ponor deja pasar lo que ponor bloquea.',
      'Ten en cuenta IPv6: si el router anuncia también un servidor DNS por IPv6, debe ser el de ponor, o habrá dispositivos que lo rodeen. Pon allí la dirección IPv6 de la máquina de ponor (una que empieza por `fd` no cambia), o desactiva ese anuncio.',
      'Haz que el router le dé a la máquina de ponor una dirección fija (una reserva DHCP), y déjala encendida: en otra dirección, o dormida, ningún dispositivo encuentra un nombre.',
    ],
    undo: 'Para deshacerlo',
    undoText:
      'Quita la dirección del mismo campo del router, para que vuelva a estar vacío o en automático, y haz que los dispositivos vuelvan a unirse a la red. No se cambió nada más.',
    more: 'Lo mismo para leer sin conexión, y cómo siguen funcionando los nombres de la casa como `nas.lan`: `docs/router.md`, que viene con ponor.',
    yours: 'DIRECCIÓN',
    yours6: 'DIRECCIÓN-IPV6',
  },
  working: {
    title: '3. ¿Funciona?',
    text: 'Esta página hace que tu navegador consulte {names} nombres de prueba y ve cuáles de las preguntas llegan aquí. No significan nada ni llevan a ninguna parte; ponor mismo las responde. Si tu navegador pregunta a otro servidor DNS, ese servidor las ve.',
    start: 'Comprobar este dispositivo',
    again: 'Comprobar otra vez',
    checking: 'Comprobando…',
    arrived: { one: 'Llegó {n} de {all} nombres de prueba', other: 'Llegaron {n} de {all} nombres de prueba' },
    numbers: { seen: 'Nombre de prueba {number}: llegó', missing: 'Nombre de prueba {number}: aún no' },
    outcomes: {
      all: {
        title: 'Funciona: las consultas de este navegador llegan a ponor.',
        next: [],
      },
      here: {
        title: 'Las consultas de esta misma máquina llegan a ponor.',
        next: [
          'Las preguntas vinieron de la máquina en la que funciona ponor, lo que aún no dice nada de otros dispositivos. Abre esta página también en otro dispositivo, o mira en «Preguntan ahora» si pregunta.',
        ],
      },
      some: {
        title: 'Solo algunas consultas llegan a ponor: también se usa un segundo servidor DNS.',
        next: [
          'Busca en el router un segundo servidor DNS (alternativo), y vacíalo o pon otra vez la dirección de ponor.',
          'Busca un servidor DNS en los ajustes IPv6 del router: debe ser el de ponor, o no anunciarse.',
          'Mira en los ajustes de red de este dispositivo si hay un servidor DNS puesto a mano.',
          'Vuelve a unirte a la red y comprueba otra vez.',
        ],
      },
      none: {
        title: 'Ninguna consulta llegó a ponor: este navegador pregunta a otro servidor DNS.',
        next: [
          'Si el router lo sabe desde hace un momento: vuelve a unirte a la red, por ejemplo apagando y encendiendo el wifi. Hasta entonces los dispositivos conservan el servidor anterior.',
          'Busca «DNS seguro» o «DNS sobre HTTPS» en los ajustes del navegador, y en Android «DNS privado»: activados, rodean el router.',
          'Puede que una VPN, el Relay privado de iCloud o un programa de seguridad pregunte a un servidor propio: desactívalo y comprueba otra vez.',
          'Si no es nada de esto: el router aún no lo sabe, o reparte otra dirección que la de arriba.',
        ],
      },
      forbidden: {
        title: 'El navegador no dejó que esta página consultara nada.',
        next: [
          'Carga esta página de nuevo. Si hay algo entre ponor y tu navegador, como un proxy inverso, debe dejar la cabecera Content-Security-Policy como está.',
        ],
      },
      lost: {
        title: 'No se pudo preguntar a ponor qué llegó.',
        next: ['Mira si ponor sigue en marcha y comprueba otra vez.'],
      },
    },
    from: 'Preguntó',
    askedOf: '{seen} de {all} nombres',
    thisMachine: 'la máquina en la que funciona ponor',
    transports: {
      udp: 'sin cifrar',
      tcp: 'sin cifrar',
      dot: 'DNS sobre TLS',
      doh: 'DNS sobre HTTPS',
      doh3: 'DNS sobre HTTPS',
      doq: 'DNS sobre QUIC',
    },
  },
  arriving: {
    title: 'Preguntan ahora',
    text: { one: '{n} dispositivo preguntó en el último minuto.', other: '{n} dispositivos preguntaron en el último minuto.' },
    none: 'Ningún dispositivo preguntó en el último minuto. Aparecen aquí por sí solos en cuanto preguntan.',
    onlyOne:
      'Por ahora todas las consultas vienen de un solo dispositivo. Si hay otros encendidos, tu router pregunta por ellos, y ponor no puede distinguirlos: pon la dirección en los ajustes de la red local (DHCP) en vez de en los del acceso a Internet.',
  },
  routers,
};
