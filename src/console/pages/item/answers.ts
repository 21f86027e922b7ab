import type { Answer } from '../../api/index.ts';

export type StoredItem = Answer<'/v1/items/{item_id}'>;
