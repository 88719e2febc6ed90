import { Quoted } from '../i18n/rich';

/** Why an order was refused; nothing when it was not. */
export const Refusal = ({ failed }: { failed: string | null }) =>
  failed === null ? null : (
    <p class="notice notice-failed" role="alert">
      <Quoted text={failed} />
    </p>
  );
