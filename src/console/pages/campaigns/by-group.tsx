import { type Answer, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Loaded, Panel, Table } from '../../kit/index.ts';
import { GroupMark } from '../../shared/people/group-mark.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Row = Answer<'/v1/coupon-decisions/report'>['groups'][number];

/** What the decisions of a year gave each group of customers. */
export function ByGroup() {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/coupon-decisions/report'));
  const columns = useGroupColumns();
  const note = asked.data && t.groupsNote(format.day(asked.data.from, 'year'), format.day(asked.data.until, 'year'));
  return (
    <Panel title={t.groups} note={note} about={t.groupsAbout} source={asked.source} flush>
      <Loaded asked={asked}>
        {({ groups }) => (
          <Table
            caption={t.groups}
            rows={{ rows: groups }}
            columns={columns}
            rowKey={({ group }) => group ?? ''}
            fileName="coupons-by-group"
            empty={<Empty icon="campaigns" title={t.noDecisions} text={t.noDecisionsText} />}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function useGroupColumns(): Column<Row>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const count = (key: 'customers' | 'decisions' | 'coupons' | 'redemptions', header: string, help?: string) =>
    ({
      key,
      header,
      ...(help ? { help } : {}),
      align: 'end',
      cell: (row) => format.count(row[key]),
      value: (row) => row[key],
    }) satisfies Column<Row>;
  return [
    { key: 'group', header: t.group, cell: ({ group }) => <GroupMark group={group} />, value: ({ group }) => group },
    count('customers', t.customers),
    count('decisions', t.decisions, t.decisionsHelp),
    count('coupons', t.coupons),
    count('redemptions', t.redeemed),
    {
      key: 'discount',
      header: t.discount,
      help: t.discountHelp,
      align: 'end',
      cell: ({ discount }) => format.money(discount),
      value: ({ discount }) => Number(discount),
    },
    {
      key: 'each',
      header: t.discountEach,
      help: t.discountEachHelp,
      align: 'end',
      cell: (row) => format.money(row.mean_discount_of_customer),
      value: (row) => row.mean_discount_of_customer,
    },
    {
      key: 'redemption',
      header: t.discountRedemption,
      align: 'end',
      cell: (row) => format.money(row.mean_discount_of_redemption),
      value: (row) => row.mean_discount_of_redemption,
    },
  ];
}
