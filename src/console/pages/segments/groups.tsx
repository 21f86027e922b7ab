import { Link } from 'wouter';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { GroupMark } from '../../shared/people/group-mark.tsx';
import { segmentPath, useSegmentName } from '../../shared/people/names.ts';
import { useSeeThem } from '../../shared/people/see-them.tsx';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { useFigureColumns } from './figure-columns.tsx';
import { Flows } from './flows.tsx';
import { segmentClass } from './segment-class.ts';
import { SizeMap } from './size-map.tsx';
import { texts } from './texts.ts';
import type { AllSegments, Scheme, Segment } from './types.ts';

/** The four groups, or Klaviyo's six: how large, what they bring, and who moves. */
export function Groups({ all, source }: { all: AllSegments; source: Source }) {
  const t = useTexts(texts);
  const [scheme, setScheme] = useUrlState<Scheme>('scheme', 'group');
  const format = useFormat();
  const words = useTexts(wordTexts);
  const segments = all.items.filter(({ kind }) => kind === scheme);
  const customers = segments.reduce((sum, segment) => sum + segment.customers, 0);
  return (
    <div className="grid">
      <div className="segments-scheme">
        <Segmented<Scheme>
          label={t.scheme}
          value={scheme}
          onChange={setScheme}
          choices={[
            { value: 'group', label: t.four },
            { value: 'klaviyo', label: t.six },
          ]}
        />
      </div>
      <Panel
        title={t.map}
        note={t.mapNote(format.count(customers))}
        about={`${words.scheme} ${scheme === 'group' ? words.group : words.klaviyo} ${t.mapAbout}`}
        source={source}
        span={7}
      >
        <SizeMap segments={segments} />
      </Panel>
      <Flows scheme={scheme} version={all.version as number} />
      <Panel title={t.table} about={t.tableAbout} source={source} flush>
        <Figures segments={segments} scheme={scheme} />
      </Panel>
    </div>
  );
}

function Figures({ segments, scheme }: { segments: readonly Segment[]; scheme: Scheme }) {
  const t = useTexts(texts);
  const nameOf = useSegmentName();
  const say = useSaid();
  const figures = useFigureColumns();
  const columns: Column<Segment>[] = [
    {
      key: 'name',
      header: t.group,
      cell: ({ segment_id, name }) => (
        <Link href={segmentPath(segment_id)}>
          {scheme === 'group' ? (
            <GroupMark group={name} />
          ) : (
            <span className="group-mark">
              <span className={`group-dot ${segmentClass(segment_id)}`} />
              {nameOf(segment_id)}
            </span>
          )}
        </Link>
      ),
      value: ({ segment_id }) => nameOf(segment_id),
    },
    ...figures,
    {
      key: 'rule',
      header: t.rule,
      wideOnly: true,
      cell: ({ description }) => say(description),
      value: ({ description }) => say(description),
    },
    ...useSeeThem<Segment>(),
  ];
  return (
    <Table
      caption={t.table}
      rows={{ rows: segments }}
      columns={columns}
      rowKey={({ segment_id }) => segment_id}
      fileName={`segments-${scheme}`}
    />
  );
}
