import { get, useGet } from '../api/index.ts';
import { useMay, useSession } from '../app/session.tsx';
import { addDays, today } from '../format/index.ts';

/** Categories with those above them, or brands, that the shop sold of late: the most first. */
export function useSuggestions(of: 'category' | 'brand' | undefined): readonly string[] {
  const { shop } = useSession();
  const may = useMay();
  const to = today(shop.time_zone);
  const asked = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: 'net-sales' },
      query: { by: of ?? 'category', grain: 'month', from: addDays(to, -30), to, limit: 100 },
    }),
    { when: of !== undefined && may('view', 'indicators') },
  );
  if (!of || !asked.data) return [];
  const members = asked.data.items.flatMap(({ member }) => member ?? []);
  const above = (path: string) => path.split(' > ').map((_, place, parts) => parts.slice(0, place + 1).join(' > '));
  return [...new Set(of === 'category' ? members.flatMap(above) : members)].sort();
}
