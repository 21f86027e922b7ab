/** A term that people search for, as a version has it. */
export interface SearchTermRow {
  term: string;
  /** different people who searched for it */
  people: number;
  /** it mostly finds something, or nobody said */
  isFound: boolean;
  /** what the same people searched for in the same session, most of them first */
  related: readonly string[];
  /** of those who searched for the term, beside them */
  shares: readonly number[];
}

/** By term, those of most people first. */
export type ServedSearches = ReadonlyMap<string, Omit<SearchTermRow, 'term'>>;
