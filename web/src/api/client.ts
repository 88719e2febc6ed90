/** The only place that talks to the server. */
import type {
  Askers,
  DeviceList,
  DeviceReport,
  Change,
  Check,
  Exception,
  Explanation,
  ExportParameters,
  Flow,
  Group,
  GroupPatch,
  Grouping,
  Headline,
  Lists,
  LocalRecord,
  NewException,
  NewGroup,
  NewList,
  NewPause,
  Overview,
  OwnRule,
  Page,
  Problem,
  QueryParameters,
  Range,
  Row,
  Scope,
  SessionState,
  SettingValue,
  Settings,
  Status,
  Suspects,
  TopPage,
  UpdateProgress,
  VendorPage,
  VendorReport,
} from './types';

/** Why a request had no result. */
export type Reason = 'network' | 'server' | 'unauthorized';

export class ApiError extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export const api = {
  status: () => request<Status>('GET', '/status'),
  check: (nonce: string) => request<Check>('GET', `/check/${nonce}`),
  overview: (range: Range) => request<Overview>('GET', `/overview${search({ range })}`),
  headline: (range: Range) => request<Headline>('GET', `/headline${search({ range })}`),
  flow: (range: Range) => request<Flow>('GET', `/flow${search({ range })}`),
  top: (group: Grouping, range: Range) => request<TopPage>('GET', `/top${search({ group, range, limit: 500 })}`),
  queries: (wanted: QueryParameters) => request<Page>('GET', `/queries${search({ ...wanted })}`),
  explain: (name: string, type: string, device: string) =>
    request<Explanation>('GET', `/explain${search({ name, type, device })}`),
  /** Who asked lately. */
  askers: () => request<Askers>('GET', '/askers'),
  /** What was stopped for a device lately, the likeliest to have broken something first. */
  suspects: (device: string) => request<Suspects>('GET', `/devices/${encodeURIComponent(device)}/suspects`),
  devices: () => request<DeviceList>('GET', '/devices'),
  deviceReport: (id: string, range: Range) =>
    request<DeviceReport>('GET', `/devices/${encodeURIComponent(id)}/report${search({ range })}`),
  /** `null` takes the name back. */
  nameDevice: (id: string, name: string | null) => request<unknown>('PATCH', `/devices/${encodeURIComponent(id)}`, { name }),
  /** `null` takes it out. */
  groupDevice: (id: string, group: string | null) =>
    request<unknown>('PATCH', `/devices/${encodeURIComponent(id)}`, { group }),
  records: () => request<{ records: LocalRecord[] }>('GET', '/records'),
  addRecord: (record: string) => request<Change>('POST', '/records', { record }),
  removeRecord: (id: string) => request<Change>('DELETE', `/records/${encodeURIComponent(id)}`),
  settings: () => request<Settings>('GET', '/settings'),
  set: (key: string, value: SettingValue) => request<Change>('PUT', `/settings/${key}`, { value }),
  resetSetting: (key: string) => request<Change>('DELETE', `/settings/${key}`),
  groups: () => request<{ groups: Group[] }>('GET', '/groups'),
  makeGroup: (group: NewGroup) => request<Change>('POST', '/groups', group),
  changeGroup: (id: string, change: GroupPatch) => request<Change>('PATCH', `/groups/${encodeURIComponent(id)}`, change),
  removeGroup: (id: string) => request<Change>('DELETE', `/groups/${encodeURIComponent(id)}`),
  vendors: () => request<VendorPage>('GET', '/vendors'),
  vendorReport: (id: string, range: Range) =>
    request<VendorReport>('GET', `/vendors/${encodeURIComponent(id)}${search({ range })}`),
  lists: () => request<Lists>('GET', '/lists'),
  addList: (list: NewList) => request<unknown>('POST', '/lists', list),
  enableList: (id: string, enabled: boolean) => request<unknown>('PATCH', `/lists/${encodeURIComponent(id)}`, { enabled }),
  removeList: (id: string) => request<unknown>('DELETE', `/lists/${encodeURIComponent(id)}`),
  updateLists: () => request<unknown>('POST', '/lists/update'),
  updateList: (id: string) => request<unknown>('POST', `/lists/${encodeURIComponent(id)}/update`),
  acceptList: (id: string) => request<unknown>('POST', `/lists/${encodeURIComponent(id)}/accept`),
  except: (exception: NewException) => request<Change>('POST', '/exceptions', exception),
  exceptions: () => request<{ exceptions: Exception[] }>('GET', '/exceptions'),
  endException: (id: number) => request<Change>('DELETE', `/exceptions/${id}`),
  pause: (pause: NewPause) => request<Change>('POST', '/pause', pause),
  resume: (scope: Scope) => request<Change>('DELETE', `/pause${search(scope === 'everyone' ? {} : { ...scope })}`),
  rules: () => request<{ rules: OwnRule[]; missing_groups: string[] }>('GET', '/rules'),
  addRule: (rule: string) => request<Change>('POST', '/rules', { rule }),
  removeRule: (id: string) => request<Change>('DELETE', `/rules/${encodeURIComponent(id)}`),
  changes: () => request<{ changes: Change[] }>('GET', '/changes'),
  undo: (change: number) => request<Change>('POST', `/changes/${change}/undo`),
  session: () => request<SessionState>('GET', '/session'),
  logIn: (token: string) => request<unknown>('POST', '/session', { token }),
  choosePassword: (password: string) => request<unknown>('PUT', '/password', { password }),
  removePassword: () => request<unknown>('DELETE', '/password'),
  logOut: () => request<unknown>('DELETE', '/session'),
};

/** Where the queries that are meant are had as a file. */
export const exportPath = (meant: ExportParameters): string => `/api/v1/queries/export${search(meant)}`;

/** What a live stream tells. */
export interface LiveListener {
  /** Rows, oldest first. */
  rows: (rows: Row[]) => void;
  /** So many rows were left out because they came too fast. */
  missed: (rows: number) => void;
  connected: (yes: boolean) => void;
  /** The stream was refused for a while, and nobody knows what happened meanwhile. */
  resumed: () => void;
}

/** After how many milliseconds a stream that was refused is asked for again. */
const REFUSED_FOR = 10_000;

/** Follows the queries that `filter` means as they happen until the returned function is called. */
export const followQueries = (filter: string | null, listener: LiveListener): (() => void) =>
  follow(`/api/v1/queries/live${search({ filter })}`, (source, again) => {
    source.addEventListener('open', () => {
      listener.connected(true);
      if (again) listener.resumed();
    });
    source.addEventListener('error', () => listener.connected(false));
    source.addEventListener('queries', (event) => listener.rows(JSON.parse(event.data as string) as Row[]));
    source.addEventListener('lagged', (event) => listener.missed((JSON.parse(event.data as string) as { missed: number }).missed));
  });

/** Follows the steps of list updates until the returned function is called. */
export const followListUpdates = (step: (progress: UpdateProgress) => void): (() => void) =>
  follow('/api/v1/lists/update/progress', (source) =>
    source.addEventListener('progress', (event) => step(JSON.parse(event.data as string) as UpdateProgress)),
  );

/** Opens a stream. The browser does so again by itself when it breaks off, but gives up when it is refused, as where too many
 * are open. */
function follow(path: string, listen: (source: EventSource, again: boolean) => void): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (again: boolean) => {
    const opened = new EventSource(path);
    source = opened;
    listen(opened, again);
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(() => open(true), REFUSED_FOR);
    });
  };
  open(false);
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  // The connection may end, or somebody else may answer, behind the head as well.
  const text = await response.text().catch(lost);
  if (response.ok) return (text === '' ? undefined : parsed(text)) as T;
  throw new ApiError(response.status === 401 ? 'unauthorized' : 'server', complaint(text) ?? String(response.status));
}

function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  // A change is JSON even where it says nothing, because no form on a foreign page can send that.
  if (method !== 'GET') headers['content-type'] = 'application/json';
  const content = method === 'GET' ? null : JSON.stringify(body ?? {});
  return fetch(`/api/v1${path}`, { method, headers, body: content }).catch(lost);
}

function lost(error: unknown): never {
  throw new ApiError('network', String(error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return lost(error);
  }
}

/** What the server says went wrong (RFC 9457). */
function complaint(text: string): string | undefined {
  try {
    return (JSON.parse(text) as Partial<Problem>).detail;
  } catch {
    return undefined;
  }
}

function search(parameters: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
