import { useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Loaded, Panel, Table } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Threshold, Version } from './types.ts';
import { usePreview } from './use-preview.ts';

type Choice = Threshold['choices'][number];

/** What each value of each threshold makes of the customers, all others as in this version. */
export function Thresholds({ version }: { version: Version }) {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = usePreview(version.policy);
  return (
    <Panel
      title={t.thresholdsTitle}
      note={asked.data && t.ofCustomers(format.count(asked.data.customers))}
      about={t.thresholdsAbout}
      source={asked.source}
    >
      <Loaded asked={asked} height={420}>
        {({ customers, thresholds }) =>
          customers === 0 ? (
            <Empty icon="customers" title={t.nobody} text={t.nobodyText} />
          ) : (
            <div className="policy-thresholds">
              {thresholds.map((one) => (
                <Choices key={one.threshold} threshold={one} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Choices({ threshold: { threshold, value: own, choices } }: { threshold: Threshold }) {
  const t = useTexts(texts);
  const format = useFormat();
  const write = (value: number) =>
    threshold.startsWith('lapsing') ? t.upTo(format.count(value)) : format.plainPercent(value);
  const columns: Column<Choice>[] = [
    {
      key: 'value',
      header: t.value,
      cell: ({ value }) => (
        <>
          {write(value)} {value === own && <Badge>{t.thisVersion}</Badge>}
        </>
      ),
    },
    { key: 'coupon', header: t.needCoupon, align: 'end', cell: ({ coupon }) => format.count(coupon) },
    { key: 'goods', header: t.needGoods, align: 'end', cell: (one) => format.count(one.lower_priced_goods) },
    { key: 'moved', header: t.moved, help: t.movedHelp, align: 'end', cell: ({ moved }) => format.count(moved) },
  ];
  return (
    <div>
      <h3>{t.thresholds[threshold]}</h3>
      <Table
        caption={t.thresholds[threshold]}
        rows={{ rows: choices }}
        columns={columns}
        rowKey={({ value }) => value}
        rowClass={({ value }) => (value === own ? 'policy-own' : undefined)}
      />
    </div>
  );
}
