import { Link } from 'wouter';
import { type Answer, get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, LinkButton, Panel, Table } from '../../kit/index.ts';
import { namesOf, rulePath } from '../../shared/goods/names.ts';
import { RuleName, ruleText } from '../../shared/goods/rule-name.tsx';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Rule = Answer<'/v1/association-rules'>['items'][number];

/** The rules that name the item, on either side. */
export function Rules({ itemId }: { itemId: string }) {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  const pages = usePages(get('/v1/association-rules', { query: { item_id: itemId, limit: 10 } }));
  const names = namesOf(pages.all.flatMap(({ named_items }) => named_items));
  const columns: Column<Rule>[] = [
    {
      key: 'rule',
      header: words.rule,
      cell: (rule) => (
        <Link href={rulePath(rule.rule_id)}>
          <RuleName rule={rule} names={names} />
        </Link>
      ),
      value: (rule) => ruleText(rule, names),
    },
    {
      key: 'confidence',
      header: words.confidence,
      help: words.confidenceHelp,
      align: 'end',
      cell: ({ confidence }) => format.percent(confidence),
      value: ({ confidence }) => confidence,
    },
    {
      key: 'lift',
      header: words.lift,
      help: words.liftHelp,
      align: 'end',
      cell: ({ lift }) => format.number(lift),
      value: ({ lift }) => lift,
    },
    {
      key: 'count',
      header: words.count,
      help: words.countHelp,
      align: 'end',
      cell: ({ count }) => format.count(count),
      value: ({ count }) => count,
    },
  ];
  return (
    <Panel
      title={t.rules}
      note={t.rulesNote}
      flush
      actions={
        <LinkButton small icon="associations" href={`/associations?item=${encodeURIComponent(itemId)}`}>
          {t.asGraph}
        </LinkButton>
      }
    >
      <Table
        caption={t.rules}
        rows={pages}
        columns={columns}
        rowKey={({ rule_id }) => rule_id}
        empty={<p className="muted">{t.noRules}</p>}
      />
    </Panel>
  );
}
