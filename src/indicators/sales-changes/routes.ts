import type { Database } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import type { Handlers } from '../../http/index.ts';
import { itemsNamed } from '../../intake/index.ts';
import { addDays, countDays } from '../../shop/days.ts';
import { fromMinor } from '../../shop/money.ts';
import { readServedVersions } from '../../versions/index.ts';
import { type Amounts, type ChangedFigure, explainChange } from './explain-change.ts';
import { type Stretch, selectChangedMembers } from './store.ts';

const mostDays = 366;

/** What moved net sales, orders and customers between two stretches of days. */
export function salesChangeRoutes({
  db,
  config: { timeZone, minorDigits },
  clock,
}: {
  db: Database;
  config: { timeZone: string; minorDigits: number };
  clock: () => Date;
}): Pick<Handlers, 'explainSalesChange'> {
  function tell(figure: ChangedFigure, { before, now }: Amounts) {
    const write = (value: number) =>
      figure === 'net-sales' ? fromMinor(Math.round(value), minorDigits) : Math.round(value * 1e6) / 1e6;
    return { before: write(before), now: write(now), change: write(now - before) };
  }
  return {
    async explainSalesChange({ parameters: { from, to, before_from, before_to, limit } }) {
      const now = { from, to };
      const before = readBefore(now, before_from, before_to);
      const { segmentation: version = 0 } = await readServedVersions(db);
      const members = await selectChangedMembers(db, { before, now, timeZone, minorDigits, version });
      const explained = explainChange(members, limit);
      const items = explained.flatMap(({ by }) =>
        by.flatMap(({ dimension, parts }) => (dimension === 'item' ? parts.map(({ member }) => member) : [])),
      );
      const titles = new Map((await itemsNamed(db, [...new Set(items)])).map(({ itemId, title }) => [itemId, title]));
      return {
        json: {
          ...now,
          before,
          segmentation_version: version === 0 ? null : version,
          figures: explained.map(({ figure, by, ...whole }) => ({
            figure,
            unit: figure === 'net-sales' ? ('money' as const) : ('count' as const),
            ...tell(figure, whole),
            by: by.map(({ dimension, parts, others: { members, ...others } }) => ({
              dimension,
              parts: parts.map(({ member, ...part }) => ({
                member,
                title: dimension === 'item' ? (titles.get(member) ?? null) : null,
                ...tell(figure, part),
              })),
              others: { members, ...tell(figure, others) },
            })),
          })),
          as_of: clock().toISOString(),
        },
      };
    },
  };
}

/** The stretch that is compared with: the one that is asked for, else as many days right before. */
function readBefore(now: Stretch, from: string | undefined, to: string | undefined): Stretch {
  refuseWrong(now, 'from');
  if (from === undefined && to === undefined) {
    const days = countDays(now.from, now.to) + 1;
    return { from: addDays(now.from, -days), to: addDays(now.from, -1) };
  }
  if (from === undefined) throw invalidField('before_from', 'is needed beside the other day');
  if (to === undefined) throw invalidField('before_to', 'is needed beside the other day');
  refuseWrong({ from, to }, 'before_from');
  if (to >= now.from) throw invalidField('before_to', 'must be earlier than from');
  return { from, to };
}

function refuseWrong({ from, to }: Stretch, field: 'from' | 'before_from'): void {
  if (from > to) throw invalidField(field, 'must not be later than the last day');
  if (countDays(from, to) >= mostDays)
    throw invalidField(field, `is too early: a stretch has at most ${mostDays} days`);
}
