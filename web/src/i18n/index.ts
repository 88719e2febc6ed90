/** What every page needs to speak. */
export { language, t } from './texts';
export * from './format';
