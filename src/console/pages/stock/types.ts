import type { Answer } from '../../api/index.ts';

export type ItemStock = Answer<'/v1/stock'>['items'][number];
export type State = ItemStock['state'];
export type Trends = Answer<'/v1/trends'>;
export type Trend = Trends['items'][number];
export type SearchWord = Answer<'/v1/search-words'>['items'][number];
