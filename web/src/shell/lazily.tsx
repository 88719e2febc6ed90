import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { ApiError } from '../api/client';
import { Failure, Loading } from '../parts/states';

/** A page whose script is fetched when somebody first opens it. */
export function lazily(fetch: () => Promise<ComponentType>): ComponentType {
  let found: ComponentType | undefined;
  return function Later() {
    const [page, setPage] = useState<{ Page?: ComponentType | undefined; failed?: string }>({ Page: found });
    const load = () =>
      void fetch()
        .then((Page) => setPage({ Page: (found = Page) }))
        .catch((error: unknown) => setPage({ failed: String(error) }));
    useEffect(() => {
      if (!found) load();
    }, []);
    if (page.failed !== undefined) return <Failure error={new ApiError('network', page.failed)} retry={load} />;
    return page.Page ? <page.Page /> : <Loading lines={6} />;
  };
}
