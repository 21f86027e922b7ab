import type { ApiRequest } from './request.ts';
import { send } from './send.ts';

/** An answer in pages that go on by `next_cursor`. */
export interface Paged<Row> {
  items: Row[];
  next_cursor: string | null;
}

export interface EveryRow<Row> {
  rows: Row[];
  /** there are no more */
  isWhole: boolean;
}

/** As many as the contract gives at once, and as many as a spreadsheet is still moved through with. */
const mostAtOnce = 1_000;
const mostRows = 100_000;

export function withCursor<T>(request: ApiRequest<T>, cursor: string | null): ApiRequest<T> {
  return cursor === null ? request : withParameter(request, 'cursor', cursor);
}

function withParameter<T>(request: ApiRequest<T>, name: string, value: string): ApiRequest<T> {
  const [path, query] = request.address.split('?');
  const others = (query ?? '').split('&').filter((one) => one !== '' && !one.startsWith(`${name}=`));
  return { ...request, address: `${path}?${[...others, `${name}=${encodeURIComponent(value)}`].join('&')}` };
}

/**
 * Every row that a list means, up to a bound, in the list's order, read anew in its largest pages.
 * @param onRows is told after each page how many there are so far
 * @throws ApiError as `send` does, also where the list is another one before its end
 */
export async function readEveryRow<Row>(
  request: ApiRequest<Paged<Row>>,
  onRows: (count: number) => void,
  signal: AbortSignal,
): Promise<EveryRow<Row>> {
  const rows: Row[] = [];
  const first = withParameter(request, 'limit', String(mostAtOnce));
  let cursor: string | null = null;
  do {
    const page: Paged<Row> = await send(withCursor(first, cursor), signal);
    rows.push(...page.items);
    cursor = page.next_cursor;
    onRows(rows.length);
  } while (cursor !== null && rows.length < mostRows);
  return { rows, isWhole: cursor === null };
}
