import { useState } from 'react';
import { type Answer, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, type Column, Facts, Panel, Problem, Skeleton, Table } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Valued = Answer<'/v1/policies/{policy_id}/versions/{version}/value'>;
type Estimate = Valued['ips'];

/** What a version would have been worth, asked for by a press: it reads the whole log. */
export function Value({ policyId, version }: { policyId: string; version: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [isAsked, setAsked] = useState(false);
  const path = { policy_id: policyId, version };
  const asked = useGet(get('/v1/policies/{policy_id}/versions/{version}/value', { path }), {
    keep: false,
    when: isAsked,
  });
  return (
    <Panel
      title={t.valueTitle(format.count(version))}
      note={t.valueNote}
      about={t.valueAbout}
      source={asked.source}
      span={6}
    >
      <div className="stack" aria-live="polite">
        {!isAsked && (
          <div>
            <Button onClick={() => setAsked(true)}>{t.valueIt}</Button>
          </div>
        )}
        {asked.error && <Problem error={asked.error} title={t.cannotSay} />}
        {isAsked && !asked.data && !asked.error && <Skeleton lines={5} />}
        {asked.data && <Estimates valued={asked.data} />}
      </div>
    </Panel>
  );
}

function Estimates({ valued }: { valued: Valued }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { decisions, agreeing, logged, chosen, difference } = valued;
  const within = ({ low, high }: Pick<Estimate, 'low' | 'high'>) => t.range(format.money(low), format.money(high));
  const rows = [
    { estimator: chosen.estimator, ...chosen.estimate },
    ...[
      { estimator: 'ips' as const, ...valued.ips },
      { estimator: 'snips' as const, ...valued.snips },
      { estimator: 'doubly-robust' as const, ...valued.doubly_robust },
    ].filter(({ estimator }) => estimator !== chosen.estimator),
  ];
  const columns: Column<(typeof rows)[number]>[] = [
    {
      key: 'name',
      header: t.estimator,
      cell: ({ estimator }) => (
        <span className="policy-estimator">
          <span className="row">
            {t.estimators[estimator]}
            {estimator === chosen.estimator && <Badge tone="accent">{t.leastError}</Badge>}
          </span>
          <span className="muted">{t.estimatorsAbout[estimator]}</span>
        </span>
      ),
    },
    { key: 'value', header: t.profitEach, align: 'end', cell: ({ value }) => format.money(value) },
    { key: 'within', header: t.interval95, align: 'end', cell: within },
  ];
  return (
    <>
      <Table caption={t.estimates} rows={{ rows }} columns={columns} rowKey={({ estimator }) => estimator} />
      <Facts
        facts={[
          [t.asDecided, format.money(logged)],
          ...(difference
            ? [
                [
                  t.moreThan(format.count(difference.version)),
                  `${format.money(difference.value)} (${within(difference)})`,
                ] as const,
              ]
            : []),
          [t.decisions, format.count(decisions)],
          [t.agreeing, format.count(agreeing)],
        ]}
      />
    </>
  );
}
