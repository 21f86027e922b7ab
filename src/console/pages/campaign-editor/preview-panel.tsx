import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Figure, Meter, Notice, Panel, Problem, Skeleton, Table } from '../../kit/index.ts';
import { GroupMark } from '../../shared/people/group-mark.tsx';
import { wordOf } from '../../shared/people/names.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { CampaignPreview, Previewed } from './use-preview.ts';

/** Who would get a coupon, who would not and why, and what it may cost: asked while one writes. */
export function PreviewPanel({
  asked,
  isWhole,
  hasControl,
  hasHours,
}: {
  asked: Previewed;
  isWhole: boolean;
  hasControl: boolean;
  hasHours: boolean;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data, error } = asked;
  return (
    <Panel title={t.preview} note={t.previewNote} about={t.previewAbout} source={asked.source}>
      {!isWhole ? (
        <Empty icon="eye" title={t.notWhole} text={t.notWholeText} />
      ) : error ? (
        <Problem error={error} title={t.cannotBe} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <div className="stack" aria-live="polite" aria-busy={asked.isPending}>
          <Expected preview={data} asked={asked} />
          {data.opens_at === null && <Notice tone="warn">{t.neverOpen}</Notice>}
          {hasHours && data.opens_at !== null && <p className="field-hint">{t.opens(format.moment(data.opens_at))}</p>}
          {!hasControl && <Notice tone="warn">{t.noControl}</Notice>}
          {data.sampled > 0 && (
            <>
              <Outcomes preview={data} />
              <ByGroup preview={data} />
            </>
          )}
        </div>
      )}
    </Panel>
  );
}

function Expected({ preview, asked }: { preview: CampaignPreview; asked: Previewed }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { coupons, customers, sampled, most_cost: cost, outcomes } = preview;
  const parts = [
    [t.customers, format.count(customers)],
    [t.sampled, format.count(sampled)],
    [t.ofSample, format.count(outcomes['granted'] ?? 0)],
  ] as const;
  const about = (name: string, definition: string) => ({ name, definition, parts, source: asked.source });
  return (
    <div className="campaign-editor-expected">
      <div>
        <p className="stat-name">{t.wouldGet}</p>
        <Figure className="stat-value" about={about(t.wouldGet, t.wouldGetAbout)}>
          {format.count(coupons)}
        </Figure>
        <p className="stat-note">{t.ofCustomers(format.count(customers))}</p>
      </div>
      <div>
        <p className="stat-name">{t.mostCost}</p>
        <Figure className="stat-value" about={about(t.mostCost, t.mostCostAbout)}>
          {cost === null ? t.unbounded : format.money(cost)}
        </Figure>
        <p className="stat-note">{cost === null ? t.unboundedNote : t.mostCostNote}</p>
      </div>
    </div>
  );
}

/** What would be answered, the most frequent first. */
function Outcomes({ preview }: { preview: CampaignPreview }) {
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const { outcomes, sampled } = preview;
  const all = Object.entries(outcomes).sort(([, one], [, other]) => other - one);
  return (
    <div className="stack campaign-editor-outcomes">
      {all.map(([outcome, count]) => (
        <Meter
          key={outcome}
          label={wordOf(words.outcomes, outcome)}
          value={count / sampled}
          text={format.percent(count / sampled)}
          tone={outcome === 'granted' ? 'accent' : 'neutral'}
        />
      ))}
    </div>
  );
}

function ByGroup({ preview }: { preview: CampaignPreview }) {
  const t = useTexts(texts);
  const format = useFormat();
  type Row = CampaignPreview['groups'][number];
  const share = ({ outcomes, sampled }: Row, outcome: string) => (outcomes[outcome] ?? 0) / sampled;
  const columns: Column<Row>[] = [
    { key: 'group', header: t.group, cell: ({ group }) => <GroupMark group={group} /> },
    { key: 'sampled', header: t.sampled, align: 'end', cell: ({ sampled }) => format.count(sampled) },
    { key: 'granted', header: t.granted, align: 'end', cell: (row) => format.percent(share(row, 'granted'), 0) },
    { key: 'control', header: t.alone, align: 'end', cell: (row) => format.percent(share(row, 'control-group'), 0) },
  ];
  return (
    <Table caption={t.byGroup} rows={{ rows: preview.groups }} columns={columns} rowKey={({ group }) => group ?? ''} />
  );
}
