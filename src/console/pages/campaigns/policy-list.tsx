import { Link } from 'wouter';
import { type Answer, get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, type Column, Loaded, Panel, Table } from '../../kit/index.ts';
import { policyPath, usePolicyTitle } from '../../shared/campaigns/policy-names.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Policy = Answer<'/v1/policies'>['items'][number];

/** What decides above campaigns: which versions there are, which of them decide, and for how many campaigns. */
export function PolicyList() {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = usePolicyTitle();
  const asked = useGet(get('/v1/policies'));
  const columns: Column<Policy>[] = [
    {
      key: 'policy',
      header: t.policy,
      cell: ({ policy_id: id, is_default }) => (
        <span className="campaigns-name">
          <span className="row">
            <Link href={policyPath(id)}>{nameOf(id)}</Link>
            {is_default && <Badge tone="accent">{t.isDefault}</Badge>}
          </span>
          {nameOf(id) !== id && <span className="muted campaigns-note">{id}</span>}
        </span>
      ),
      value: ({ policy_id }) => policy_id,
    },
    {
      key: 'decides',
      header: t.decides,
      align: 'end',
      cell: ({ published }) => (published ? t.version(format.count(published.version)) : t.onlyProposed),
      value: ({ published }) => published?.version ?? null,
    },
    {
      key: 'newest',
      header: t.newest,
      align: 'end',
      cell: ({ newest }) => t.version(format.count(newest.version)),
      value: ({ newest }) => newest.version,
    },
    {
      key: 'campaigns',
      header: t.list,
      help: t.followHelp,
      align: 'end',
      cell: ({ campaigns }) => format.count(campaigns),
      value: ({ campaigns }) => campaigns,
    },
  ];
  return (
    <Panel title={t.policies} note={t.policiesNote} about={t.policiesAbout} source={asked.source} flush>
      <Loaded asked={asked}>
        {({ items }) => (
          <Table
            caption={t.policies}
            rows={{ rows: items }}
            columns={columns}
            rowKey={({ policy_id }) => policy_id}
            fileName="policies"
          />
        )}
      </Loaded>
    </Panel>
  );
}
