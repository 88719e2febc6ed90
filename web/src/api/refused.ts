/** Why something was refused, in the language of the page as far as it can be: what the server says of it is English. */
import { fill, t } from '../i18n';
import type { ApiError } from './client';

/** In a sentence, where it is clear what was asked for. */
export const complaintOf = ({ reason, detail }: ApiError): string =>
  reason === 'server' ? detail : fill(t.states.reasons[reason], { detail });
