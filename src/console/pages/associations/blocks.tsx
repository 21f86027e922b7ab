import { useState } from 'react';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Button, type Column, Panel, Table } from '../../kit/index.ts';
import { namesOf } from '../../shared/goods/names.ts';
import { RuleName, ruleText } from '../../shared/goods/rule-name.tsx';
import { useTexts } from '../../texts/texts.ts';
import { useUnblock } from './rule-drawer.tsx';
import { texts } from './texts.ts';

/** So many stand there at first, so that the rules that hold are not pushed out of sight. */
const fewest = 3;

/** What nobody wants, and the way back; nothing where nothing is blocked. */
export function Blocks() {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const unblock = useUnblock();
  const asked = useGet(get('/v1/association-rules/blocks'), { when: may('train', 'view') });
  const [areAll, setAll] = useState(false);
  const { items: all = [], named_items: named = [] } = asked.data ?? {};
  if (all.length === 0) return null;
  const rows = areAll ? all : all.slice(0, fewest);
  const names = namesOf(named);
  type Row = (typeof all)[number];
  const columns: Column<Row>[] = [
    {
      key: 'rule',
      header: t.rule,
      cell: (rule) => <RuleName rule={rule} names={names} />,
      value: (rule) => ruleText(rule, names),
    },
    {
      key: 'blocked_at',
      header: t.blockedSince,
      cell: ({ blocked_at: since }) => <span className="nowrap">{since && format.moment(since)}</span>,
      value: ({ blocked_at }) => blocked_at,
    },
  ];
  if (may('train', 'merchandise')) {
    columns.push({
      key: 'unblock',
      header: '',
      align: 'end',
      cell: (rule) => (
        <Button
          small
          icon="undo"
          aria-label={`${t.unblock}: ${ruleText(rule, names)}`}
          onClick={() => unblock.run(rule.rule_id, ruleText(rule, names))}
        >
          {t.unblock}
        </Button>
      ),
    });
  }
  return (
    <Panel title={t.blockedCount(format.count(all.length))} note={t.blockedNote} source={asked.source} flush>
      <Table caption={t.blockedTitle} rows={{ ...asked, rows }} columns={columns} rowKey={({ rule_id }) => rule_id} />
      {all.length > rows.length && (
        <div className="rule-blocks-more">
          <Button small onClick={() => setAll(true)}>
            {t.allBlocked}
          </Button>
        </div>
      )}
    </Panel>
  );
}
