/** What the page of one device or company is about, as people call it. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { location } from './router';

interface Called {
  path: string;
  name: string;
}

const called = signal<Called | undefined>(undefined);

/** Says what the page that is shown is about, once that is known. */
export function useCalled(name: string | undefined): void {
  const { path } = location.value;
  useEffect(() => {
    if (name !== undefined) called.value = { path, name };
  }, [path, name]);
}

/** What the page at `path` has said that it is about. */
export const calledAt = (path: string): string | undefined => (called.value?.path === path ? called.value.name : undefined);
