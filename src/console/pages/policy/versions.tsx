import { useState } from 'react';
import type { Pages } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, Button, type Column, Panel, Table } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Publish } from './publish.tsx';
import { texts } from './texts.ts';
import type { Policy, Version } from './types.ts';

/** The versions, newest first: which decides, and another that is to. */
export function Versions({
  policy,
  pages,
  chosen,
  onChoose,
}: {
  policy: Policy;
  pages: Pages<Version>;
  chosen: number;
  onChoose(version: number): void;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const [publishing, setPublishing] = useState<Version>();
  const deciding = policy.published?.version;
  const isOlder = (version: number) => deciding !== undefined && version < deciding;
  const columns: Column<Version>[] = [
    {
      key: 'version',
      header: t.version,
      cell: ({ version }) => (
        <span className="row">
          <Button kind="quiet" small aria-pressed={version === chosen} onClick={() => onChoose(version)}>
            {t.versionOf(format.count(version))}
          </Button>
          {version === deciding && <Badge tone="good">{t.decides}</Badge>}
        </span>
      ),
      value: ({ version }) => version,
    },
    { key: 'note', header: t.note, wideOnly: true, cell: ({ note }) => note ?? nothing, value: ({ note }) => note },
    {
      key: 'proposed',
      header: t.proposed,
      cell: ({ proposed_at }) => <span className="nowrap">{format.moment(proposed_at)}</span>,
      value: ({ proposed_at }) => proposed_at,
    },
    {
      key: 'publish',
      header: t.mayDecide,
      cell: (one) =>
        may('coupons') &&
        one.version !== deciding && (
          <Button small onClick={() => setPublishing(one)}>
            {isOlder(one.version) ? t.rollBack(format.count(one.version)) : t.publish(format.count(one.version))}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={t.versions} note={t.versionsNote} source={pages.source} flush>
      <Table
        caption={t.versions}
        rows={pages}
        columns={columns}
        rowKey={({ version }) => version}
        rowClass={({ version }) => (version === chosen ? 'policy-chosen' : undefined)}
      />
      {publishing && (
        <Publish
          policy={policy}
          version={publishing}
          isOlder={isOlder(publishing.version)}
          onClose={() => setPublishing(undefined)}
        />
      )}
    </Panel>
  );
}
