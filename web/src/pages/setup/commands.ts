import type { setup } from '../../i18n/setup';

/** What is typed into a router instead of going through its menus, or where it has none. */
export const COMMANDS: Partial<Record<keyof typeof setup.routers, readonly string[]>> = {
  openwrt: [
    "uci add_list dhcp.lan.dhcp_option='6,{v4}'",
    "uci add_list dhcp.lan.dns='{v6}'",
    'uci commit dhcp && service dnsmasq restart && service odhcpd restart',
  ],
  mikrotik: ['/ip dhcp-server network set [find] dns-server={v4}'],
};
