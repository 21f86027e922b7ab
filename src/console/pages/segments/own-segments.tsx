import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Panel, Table } from '../../kit/index.ts';
import { segmentPath } from '../../shared/people/names.ts';
import { useSeeThem } from '../../shared/people/see-them.tsx';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { texts } from './texts.ts';
import type { AllSegments } from './types.ts';

type Own = AllSegments['defined'][number];

/** Segments that people made, by rule or as a list. */
export function OwnSegments({ all, source, create }: { all: AllSegments; source: Source; create: ReactNode }) {
  const t = useTexts(texts);
  const defined = useTexts(wordTexts);
  const format = useFormat();
  const columns: Column<Own>[] = [
    {
      key: 'name',
      header: t.name,
      cell: ({ segment_id, name }) => <Link href={segmentPath(segment_id)}>{name}</Link>,
      value: ({ name }) => name,
    },
    {
      key: 'kind',
      header: t.kind,
      cell: ({ definition, live }) => <Badge>{live ? t.live : definition === null ? t.asList : t.byRule}</Badge>,
      value: ({ definition, live }) => (live ? t.live : definition === null ? t.asList : t.byRule),
    },
    {
      key: 'members',
      header: t.members,
      align: 'end',
      cell: ({ members }) => format.count(members),
      value: ({ members }) => members,
    },
    {
      key: 'change',
      header: t.change,
      help: t.changeHelp,
      align: 'end',
      cell: ({ entered, left }) => `+${format.count(entered)} −${format.count(left)}`,
      value: ({ entered, left }) => entered - left,
    },
    {
      key: 'refreshed',
      header: t.refreshed,
      align: 'end',
      wideOnly: true,
      cell: ({ refreshed_at }) => format.moment(refreshed_at),
      value: ({ refreshed_at }) => refreshed_at,
    },
    ...useSeeThem<Own>(),
  ];
  return (
    <Panel
      title={t.own}
      note={t.ownNote}
      about={`${defined.rule} ${defined.list} ${defined.snapshot}`}
      source={source}
      flush
    >
      <Table
        caption={t.own}
        rows={{ rows: all.defined }}
        columns={columns}
        rowKey={({ segment_id }) => segment_id}
        fileName="segments"
        empty={<Empty icon="segments" title={t.noOwnTitle} text={t.noOwnText} actions={create} />}
      />
    </Panel>
  );
}
