import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type EveryRow, type Paged, readEveryRow, withCursor } from './every-row.ts';
import { type ApiRequest, curlOf } from './request.ts';
import { ApiError, send } from './send.ts';

/** Where figures come from: what was asked, of which data, and when. */
export interface Source {
  curl: string;
  dataVersion?: number | undefined;
  asOf?: string | undefined;
}

export interface Asked<T> {
  data: T | undefined;
  error: ApiError | undefined;
  /** no answer yet, neither now nor from before */
  isLoading: boolean;
  isFetching: boolean;
  source: Source;
  again(): void;
}

export interface GetOptions {
  /** asked only where true, which is the default */
  when?: boolean;
  /** asked again every so many milliseconds: of work under way */
  every?: number | false;
  /** what was there before stays while the next is on its way */
  keep?: boolean;
}

function sourceOf(request: ApiRequest<unknown>, answer: unknown): Source {
  const { data_version, as_of } = (answer ?? {}) as { data_version?: number; as_of?: string };
  return { curl: curlOf(request), dataVersion: data_version, asOf: as_of };
}

/** That the session is over is asked about in front of the page: behind it all stays as it was. */
function asError(error: unknown): ApiError | undefined {
  if (error === null || error === undefined) return undefined;
  if (!(error instanceof ApiError)) return new ApiError(unexpected(error));
  return error.problem.status === 401 ? undefined : error;
}
const unexpected = (error: unknown) => ({ type: '', title: String(error), status: 0, code: 'internal' });

/** Asks, and keeps the answer by what was asked: `useGet(get('/v1/indicators'))`, or `useGet(ask(…))` of a post that only reads. */
export function useGet<T>(
  request: ApiRequest<T>,
  { when = true, every = false, keep = true }: GetOptions = {},
): Asked<T> {
  const query = useQuery({
    queryKey: [request.operation, request.address, request.body],
    queryFn: ({ signal }) => send(request, signal),
    enabled: when,
    refetchInterval: every,
    ...(keep ? { placeholderData: (before: T | undefined) => before as never } : {}),
  });
  return {
    data: query.data as T | undefined,
    error: asError(query.error),
    isLoading: when && query.isPending,
    isFetching: query.isFetching,
    source: sourceOf(request, query.data),
    again: () => void query.refetch(),
  };
}

export interface Pages<Row> extends Omit<Asked<Paged<Row>>, 'data'> {
  /** of all pages that were asked for so far; undefined until the first is there */
  rows: Row[] | undefined;
  /** the first page as a whole, with what it says beside the rows */
  first: unknown;
  /** every page as a whole */
  all: readonly unknown[];
  hasMore: boolean;
  more(): void;
  /** Reads all rows that are meant, also those that are not here, up to a bound. */
  everything(onRows: (count: number) => void, signal: AbortSignal): Promise<EveryRow<Row>>;
}

/** Asks page by page: `usePages(get('/v1/association-rules', { query: { min_lift: 2 } }))`. */
export function usePages<T extends { items: unknown[]; next_cursor: string | null }>(
  request: ApiRequest<T>,
  { when = true, every = false }: GetOptions = {},
): Omit<Pages<T['items'][number]>, 'all'> & { first: T | undefined; all: readonly T[] } {
  const query = useInfiniteQuery({
    queryKey: [request.operation, request.address, 'pages'],
    queryFn: ({ pageParam, signal }) => send(withCursor(request, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: when,
    refetchInterval: every,
    placeholderData: (before) => before,
  });
  const pages = query.data?.pages;
  return {
    rows: pages?.flatMap((page) => page.items),
    first: pages?.[0],
    all: pages ?? [],
    error: asError(query.error),
    isLoading: when && query.isPending,
    isFetching: query.isFetching,
    source: sourceOf(request, pages?.[0]),
    hasMore: query.hasNextPage,
    more: () => void query.fetchNextPage(),
    everything: (onRows, signal) => readEveryRow<T['items'][number]>(request, onRows, signal),
    again: () => void query.refetch(),
  };
}

/** Says that answers of operations (beginnings of their paths) are other ones by now: what is shown of them is asked for anew. */
export function useRenew(): (stale: readonly string[]) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    (stale) =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => stale.some((start) => String(queryKey[0]).startsWith(start)),
      }),
    [client],
  );
}

export interface Change<T> {
  /** Sends it. @returns the answer, or undefined where it was refused: `error` says why */
  run(request: ApiRequest<T>): Promise<T | undefined>;
  isRunning: boolean;
  error: ApiError | undefined;
  reset(): void;
}

/**
 * Writes: `const { run, error } = useChange(['/v1/campaigns'])`, then `await run(put('/v1/campaigns/{campaign_id}', …))`.
 * @param stale operations (beginnings of their paths) whose answers are other ones afterwards
 * @param leave goes away from a page of what is there no more: what it shows is not asked for again
 */
export function useChange<T>(stale: readonly string[], leave?: () => void): Change<T> {
  const renew = useRenew();
  const mutation = useMutation({
    mutationFn: (request: ApiRequest<T>) => send(request),
    onSuccess() {
      if (!leave) return renew(stale);
      leave();
      setTimeout(() => void renew(stale));
    },
  });
  return {
    run: (request) => mutation.mutateAsync(request).catch(() => undefined),
    isRunning: mutation.isPending,
    error: asError(mutation.error),
    reset: mutation.reset,
  };
}
