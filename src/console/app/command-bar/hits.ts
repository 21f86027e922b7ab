import { get, useGet } from '../../api/index.ts';
import type { IconName } from '../../kit/base/icon.tsx';
import { shellTexts } from '../../texts/shell.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { routes } from '../routes.tsx';
import { useMay } from '../session.tsx';
import { parts } from './parts.ts';

/** Something that can be gone to. */
export interface Hit {
  name: string;
  /** what it is: a page, an item */
  kind: string;
  icon: IconName;
  href: string;
}

const mostOfAKind = 5;
const has = (path: string) => routes.some((route) => route.path === path);

/** What is called so: pages at once, the shop's own things from two letters on. */
export function useHits(text: string): { hits: Hit[]; isSearching: boolean } {
  const t = useTexts(shellTexts);
  const language = useLanguage();
  const may = useMay();
  const isWord = text.length > 1;
  const limit = mostOfAKind;
  const items = useGet(get('/v1/items', { query: { query: text, limit } }), {
    when: isWord && has('/items/:id') && may('recommend', 'view'),
  });
  const customers = useGet(get('/v1/customers', { query: { query: text, limit } }), {
    when: isWord && has('/customers/:id') && may('segments', 'customers'),
  });
  const segments = useGet(get('/v1/segments'), { when: isWord && has('/segments/:id') && may('segments', 'view') });
  const campaigns = useGet(get('/v1/campaigns', { query: { limit: 100 } }), {
    when: isWord && has('/campaigns/:id') && may('coupons', 'view'),
  });
  const indicators = useGet(get('/v1/indicators'), { when: isWord && may('indicators', 'view') });
  const found = isWord
    ? [
        ...matching(indicators.data?.items ?? [], text, ({ name }) => `${name.en} ${name.zh}`).map((one) =>
          hitOf('indicators', 'indicators', `/indicators?indicator=${one.indicator_id}`, one.name[language]),
        ),
        ...(items.data?.items ?? []).map((item) =>
          hitOf(
            'item',
            'stock',
            `/items/${encodeURIComponent(item.item_id)}`,
            item.title ?? item.item_id,
            item.item_id,
          ),
        ),
        ...(customers.data?.items ?? []).map(({ customer_id: id }) =>
          hitOf('customer', 'customers', `/customers/${encodeURIComponent(id)}`, id),
        ),
        ...matching(segments.data?.items ?? [], text, ({ segment_id, name }) => `${segment_id} ${name}`).map((one) =>
          hitOf('segment', 'segments', `/segments/${encodeURIComponent(one.segment_id)}`, one.name ?? one.segment_id),
        ),
        ...matching(campaigns.data?.items ?? [], text, ({ campaign_id, name }) => `${campaign_id} ${name}`).map((one) =>
          hitOf('campaign', 'campaigns', `/campaigns/${encodeURIComponent(one.campaign_id)}`, one.name),
        ),
      ]
    : [];

  function hitOf(page: keyof typeof t.pages, icon: IconName, href: string, name: string, id = ''): Hit {
    return { name: id && id !== name ? `${name} · ${id}` : name, kind: t.pages[page], icon, href };
  }
  const isSearching = [items, customers, segments, campaigns, indicators].some((one) => one.isFetching);
  const hits = [...usePages(text), ...useParts(text), ...found];
  // Who types a whole name or id means that one.
  const isMeant = ({ name, href }: Hit) =>
    [name, decodeURIComponent(href.split('/').at(-1) ?? '')].some((one) => one.toLowerCase() === text.toLowerCase());
  return { hits: isWord ? [...hits.filter(isMeant), ...hits.filter((hit) => !isMeant(hit))] : hits, isSearching };
}

function matching<Thing>(things: readonly Thing[], text: string, wordsOf: (thing: Thing) => string): Thing[] {
  const wanted = text.toLowerCase();
  return things.filter((thing) => wordsOf(thing).toLowerCase().includes(wanted)).slice(0, mostOfAKind);
}

/** Tabs of pages; without a word there would be more of them than pages. */
function useParts(text: string): Hit[] {
  const t = useTexts(shellTexts);
  const language = useLanguage();
  const may = useMay();
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  return parts.flatMap(({ page, query, scopes, ...names }) => {
    const route = routes.find(({ name }) => name === page);
    if (!route || !may(...route.scopes) || (scopes && !may(...scopes))) return [];
    if (![names.en, names.zh].some((name) => name.toLowerCase().includes(wanted))) return [];
    return [
      { name: names[language], kind: t.pages[page], icon: route.icon ?? 'right', href: `${route.path}?${query}` },
    ];
  });
}

/** Pages by their names in either language: a colleague may have said the other one. */
function usePages(text: string): Hit[] {
  const t = useTexts(shellTexts);
  const language = useLanguage();
  const may = useMay();
  const wanted = text.toLowerCase();
  return routes
    .filter((route) => route.group && may(...route.scopes))
    .filter(({ name }) =>
      [shellTexts.en, shellTexts.zh].some(({ pages }) => pages[name].toLowerCase().includes(wanted)),
    )
    .map(({ name, path, icon = 'right' }) => ({
      name: shellTexts[language].pages[name],
      kind: t.kindPage,
      icon,
      href: path,
    }));
}
