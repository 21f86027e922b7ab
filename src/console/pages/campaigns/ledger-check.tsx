import { useState } from 'react';
import { Link } from 'wouter';
import { type Answer, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, type Column, Empty, Notice, Panel, Problem, Table } from '../../kit/index.ts';
import { campaignPath } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Check = Answer<'/v1/coupon-ledger/check'>;
type Difference = Check['differences'][number];

/** Adds the whole ledger up, and says which counter is off. */
export function LedgerCheck() {
  const t = useTexts(texts);
  const format = useFormat();
  const [isAsked, setAsked] = useState(false);
  const asked = useGet(get('/v1/coupon-ledger/check'), { when: isAsked, keep: false });
  const check = () => (isAsked ? asked.again() : setAsked(true));
  const { data, error } = asked;
  return (
    <Panel
      title={t.ledger}
      note={t.ledgerNote}
      about={t.ledgerAbout}
      source={asked.source}
      actions={
        <Button small icon="check" working={isAsked && asked.isFetching} onClick={check}>
          {t.check}
        </Button>
      }
    >
      <div className="stack" aria-live="polite">
        {error && <Problem error={error} />}
        {!data && !error && !isAsked && <Empty icon="check" title={t.notChecked} text={t.notCheckedText} />}
        {data?.consistent && <Notice tone="good" title={t.consistent(format.count(data.entries))} />}
        {data && !data.consistent && (
          <>
            <Notice tone="bad" title={t.inconsistent(format.count(data.differences.length))}>
              {t.inconsistentText}
            </Notice>
            <Differences rows={data.differences} />
          </>
        )}
      </div>
    </Panel>
  );
}

function Differences({ rows }: { rows: readonly Difference[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const columns: Column<Difference>[] = [
    {
      key: 'campaign',
      header: t.name,
      cell: ({ campaign_id: id }) => <Link href={campaignPath(id)}>{id}</Link>,
      value: ({ campaign_id }) => campaign_id,
    },
    { key: 'figure', header: t.counter, cell: ({ figure }) => <code>{figure}</code>, value: ({ figure }) => figure },
    ...(['counter', 'ledger', 'uses'] as const).map(
      (key): Column<Difference> => ({
        key: `${key} says`,
        header: t.says[key],
        align: 'end',
        cell: (row) => format.count(row[key]),
        value: (row) => row[key],
      }),
    ),
  ];
  return (
    <Table
      caption={t.ledger}
      rows={{ rows }}
      columns={columns}
      rowKey={({ campaign_id, figure }) => `${campaign_id} ${figure}`}
      fileName="ledger-differences"
    />
  );
}
