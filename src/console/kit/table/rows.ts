import type { ApiError, EveryRow, Source } from '../../api/index.ts';

/** Rows that are here, or that come page by page: what `usePages` gives can be passed as it is. */
export interface Rows<Row> {
  rows: readonly Row[] | undefined;
  error?: ApiError | undefined;
  isLoading?: boolean;
  isFetching?: boolean;
  hasMore?: boolean;
  more?(): void;
  everything?(onRows: (count: number) => void, signal: AbortSignal): Promise<EveryRow<Row>>;
  again?(): void;
  source?: Source;
}
