import { ask, curlOf } from '../../../api/index.ts';
import { CopyLine } from '../../../kit/index.ts';
import { isBesideItem, type Placement } from './types.ts';

/** The line by which the shop asks for a page with these placements. */
export function PageLine({ names, method }: { names: readonly string[]; method?: Placement['method'] }) {
  const isBeside = method ? isBesideItem(method) : names.includes('item');
  const body = {
    visitor_id: 'V77',
    ...(isBeside && { item_id: 'I0042' }),
    ...(method === 're-rank' && { item_ids: ['I0042', 'I0007'] }),
    placements: names.map((placement) => ({ placement })),
  };
  return <CopyLine text={curlOf(ask('/v1/pages', { body }))} />;
}
