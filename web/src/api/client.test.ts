import { afterEach, expect, test, vi } from 'vitest';

import { ApiError, api } from './client';

afterEach(() => vi.unstubAllGlobals());

/** How a request fails whose response is this one. */
async function failure(answer: () => Promise<Response>): Promise<unknown> {
  vi.stubGlobal('fetch', answer);
  return api.status().then(
    () => 'it had a result',
    (error: unknown) => (error instanceof ApiError ? error.reason : error),
  );
}

const answered = (body: BodyInit, status = 200) => Promise.resolve(new Response(body, { status }));
const broken = () => new ReadableStream({ start: (stream) => stream.error(new TypeError('network error')) });

test('whatever goes wrong with a request is told as one kind of error', async () => {
  expect(await failure(() => Promise.reject(new TypeError('Failed to fetch')))).toBe('network');
  expect(await failure(() => answered(broken()))).toBe('network');
  expect(await failure(() => answered('<title>Log in to the hotel'))).toBe('network');
  expect(await failure(() => answered('{"detail":"no"}', 401))).toBe('unauthorized');
  expect(await failure(() => answered('Bad Gateway', 502))).toBe('server');
  expect(await failure(() => answered(broken(), 500))).toBe('network');
});
