/** Whether an address means the machine that it is used on. */
export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
