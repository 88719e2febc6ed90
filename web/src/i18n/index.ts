/** The texts in use. */
import { en } from './en';

export const t = en;
export * from './format';
