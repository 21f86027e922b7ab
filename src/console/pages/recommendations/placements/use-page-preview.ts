import { type Asked, ask, get, useGet } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useUrlState } from '../../../kit/index.ts';
import { useSettled } from '../../../shared/use-settled.ts';
import { useLanguage } from '../../../texts/texts.ts';
import { readIds, useMaySeePersons } from '../who.tsx';
import type { Settings } from './draft.ts';
import { isBesideItem, type PageOfLists, type Placement } from './types.ts';

export interface PagePreview {
  /** as it is set; of a new one nothing */
  before: Asked<PageOfLists>;
  after: Asked<PageOfLists>;
  /** what is shown, if anything, is of settings before these */
  isPending: boolean;
  /** which item is looked at, where the method starts from one and nobody has chosen any */
  bestSeller: { item_id: string; title: string | null } | undefined;
}

/** Of a page with the placement and those beside it, for whom and where the address says. */
export function usePagePreview(
  name: string,
  settings: Settings | undefined,
  current: Placement | undefined,
  all: readonly Placement[],
): PagePreview {
  const may = useMay();
  const mayAsk = may('recommend', 'lists');
  const language = useLanguage();
  const maySeePersons = useMaySeePersons();
  const [customer] = useUrlState('customer', '');
  const [item] = useUrlState('item', '');
  const [category] = useUrlState('of', '');
  const [found] = useUrlState('found', '');
  const [others] = useUrlState('with', '');
  const beside = others.split(',').filter((one) => one && one !== name);
  const methods = all.filter((one) => beside.includes(one.name)).map(({ method }) => method);
  const startsFromItem = [settings?.method, current?.method, ...methods].some((one) => one && isBesideItem(one));
  const best = useGet(get('/v1/items', { query: { limit: 1, for_sale: true } }), {
    when: mayAsk && startsFromItem && item === '',
  });
  const bestSeller = startsFromItem ? best.data?.items[0] : undefined;
  const lookedAt = item || bestSeller?.item_id;
  const page = {
    shown: false,
    language,
    ...(customer && maySeePersons ? { customer_id: customer } : {}),
    ...(lookedAt ? { item_id: lookedAt } : {}),
    ...(category.trim() ? { category: category.trim() } : {}),
    ...(found ? { item_ids: readIds(found) } : {}),
  };
  const isWhole = settings !== undefined && /^[A-Za-z0-9_.:-]{1,64}$/.test(name || 'new');
  const now = JSON.stringify({
    isWhole,
    before: {
      ...page,
      placements: [...(current ? [current.name] : []), ...beside].map((placement) => ({ placement })),
    },
    after: {
      ...page,
      placements: [
        { placement: name || 'new', ...settings, filter: settings?.filter ?? {} },
        ...beside.map((placement) => ({ placement })),
      ],
    },
  });
  const settled = useSettled(now, 400);
  const asked = JSON.parse(settled);
  const when = mayAsk && asked.isWhole && !best.isLoading;
  const before = useGet<PageOfLists>(ask('/v1/pages', { body: asked.before }), {
    when: when && current !== undefined,
  });
  const after = useGet<PageOfLists>(ask('/v1/pages', { body: asked.after }), { when });
  const isPending = mayAsk && isWhole && (settled !== now || best.isLoading || before.isFetching || after.isFetching);
  return { before, after, isPending, bestSeller: item ? undefined : bestSeller };
}
