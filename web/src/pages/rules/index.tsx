import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { Change, Device, Exception, OwnRule } from '../../api/types';
import { fill, plural, t } from '../../i18n';
import { rulesPage } from '../../i18n/rules';
import { Quoted } from '../../i18n/rich';
import { Unready } from '../../parts/states';
import { refreshStatus } from '../../shell/status';
import { Changes } from './changes';
import { Exceptions } from './exceptions';
import { OwnRules } from './own-rules';

const EVERY = 20_000;

interface Standing {
  exceptions: Exception[];
  rules: OwnRule[];
  /** Groups that something is for and that are not there. */
  missing: string[];
  changes: Change[];
  devices: Device[];
}

/** What stands beside the lists, and what was changed. */
export function RulesPage() {
  const { value, error, reload } = useResource('rules', load, EVERY);
  const [said, setSaid] = useState('');
  const changed = async (what: string) => {
    setSaid(what);
    await Promise.all([reload(), refreshStatus()]);
  };
  if (!value) return <Unready title={t.rules.title} error={error} reload={reload} />;
  const { exceptions, rules, missing, changes, devices } = value;
  return (
    <div class="home">
      <section class="hero" aria-label={t.rules.title}>
        <h1 class="headline">{headlineOf(exceptions.length, rules.length)}</h1>
        <p class="headline-more">{rulesPage.text}</p>
        {/* What was done is seen in its section, but not heard. */}
        <p class="visually-hidden" role="status">
          {said}
        </p>
      </section>
      {missing.map((group) => (
        <p class="notice notice-failed" key={group}>
          <Quoted text={fill(rulesPage.missing, { group })} />
        </p>
      ))}
      <Exceptions exceptions={exceptions} devices={devices} changed={changed} />
      <OwnRules rules={rules} changed={changed} />
      <Changes changes={changes} devices={devices} changed={changed} />
    </div>
  );
}

function headlineOf(exceptions: number, rules: number): string {
  if (exceptions + rules === 0) return rulesPage.headlineNone;
  return fill(rulesPage.headline, {
    exceptions: plural(exceptions, rulesPage.headlineExceptions),
    rules: plural(rules, rulesPage.headlineRules),
  });
}

async function load(): Promise<Standing> {
  const [{ exceptions }, { rules, missing_groups: missing }, { changes }, { devices }] = await Promise.all([
    api.exceptions(),
    api.rules(),
    api.changes(),
    api.devices(),
  ]);
  return { exceptions, rules, missing, changes, devices };
}
