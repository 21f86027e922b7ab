import { get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, Button, type Column, Empty, Panel, Table, useUrlState } from '../../kit/index.ts';
import { namesOf } from '../../shared/goods/names.ts';
import { RuleName, ruleText } from '../../shared/goods/rule-name.tsx';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Rule, RuleQuery, Sort } from './rules.ts';
import { texts } from './texts.ts';

/** The same rules as rows, page by page, sorted by the service. */
export function RuleTable({ query }: { query: RuleQuery }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [, , setAll] = useUrlState('rule', '');
  const pages = usePages(get('/v1/association-rules', { query: { ...query, limit: 50 } }));
  const names = namesOf(pages.all.flatMap(({ named_items }) => named_items));
  const { version, basket_count: orders } = pages.first ?? {};
  const [chosen] = useUrlState('rule', '');
  const columns = useRuleColumns();
  const name: Column<Rule> = {
    key: 'rule',
    header: t.rule,
    cell: (rule) => (
      <button
        type="button"
        className="rule-button"
        aria-label={t.openRule(ruleText(rule, names))}
        aria-haspopup="dialog"
        onClick={() => setAll({ rule: rule.rule_id })}
      >
        <RuleName rule={rule} names={names} />
      </button>
    ),
    saved: [
      { header: t.leftSide, value: ({ antecedent }) => antecedent.join(' ') },
      { header: t.rightSide, value: ({ consequent }) => consequent },
    ],
  };
  return (
    <Panel
      title={t.table}
      note={version == null ? undefined : t.tableNote(format.count(version), format.count(orders))}
      about={t.about}
      flush
    >
      <Table
        caption={t.table}
        rows={pages}
        columns={[name, ...columns]}
        rowKey={({ rule_id }) => rule_id}
        sort={[`-${query.sort}`, (next) => setAll({ sort: next.startsWith('-') ? next : '' })]}
        fileName="association-rules"
        rowClass={({ rule_id }) => (rule_id === chosen ? 'is-chosen' : undefined)}
        empty={<NoSuchRule />}
      />
    </Panel>
  );
}

/** The figures of a rule; the service sorts by those that it knows to. */
function useRuleColumns(): Column<Rule>[] {
  const t = useTexts(goodsTexts);
  const format = useFormat();
  const figure = (key: Sort, write: (value: number) => string, more: Partial<Column<Rule>> = {}): Column<Rule> => ({
    key,
    header: t[key],
    help: t[`${key}Help`],
    align: 'end',
    cell: (rule) => write(rule[key]),
    value: (rule) => rule[key],
    sortedByService: true,
    ...more,
  });
  return [
    figure('confidence', (value) => format.percent(value)),
    figure('lift', (value) => format.number(value)),
    figure('support', (value) => format.percent(value, 2)),
    {
      key: 'count',
      header: t.count,
      help: t.countHelp,
      align: 'end',
      cell: ({ count }) => format.count(count),
      saved: [{ header: t.count, value: ({ count }) => count }],
    },
    figure('leverage', (value) => format.number(value, 4), { wideOnly: true }),
    {
      key: 'significant',
      header: t.significance,
      help: t.significantHelp,
      wideOnly: true,
      cell: ({ significant, q_value: q }) => (
        <span className="nowrap">
          <Significance isSignificant={significant} />{' '}
          <span className="muted">{q === null ? nothing : `q ${smallNumber(q, format.number)}`}</span>
        </span>
      ),
      saved: [
        { header: t.significance, value: ({ significant }) => String(significant) },
        { header: 'q', value: ({ q_value }) => q_value },
      ],
    },
  ];
}

export function Significance({ isSignificant }: { isSignificant: boolean }) {
  const t = useTexts(goodsTexts);
  return isSignificant ? (
    <Badge tone="good" icon="check">
      {t.significant}
    </Badge>
  ) : (
    <Badge tone="warn" icon="warn">
      {t.notSignificant}
    </Badge>
  );
}

/** What is nearly nothing is said to be less than a thousandth. */
export function smallNumber(value: number, write: (value: number, digits?: number) => string): string {
  return value < 0.001 ? `< ${write(0.001, 3)}` : write(value, 3);
}

function NoSuchRule() {
  const t = useTexts(texts);
  const [, , setAll] = useUrlState('rule', '');
  return (
    <Empty
      icon="associations"
      title={t.noneTitle}
      text={t.noneText}
      actions={
        <Button onClick={() => setAll({ support: '', confidence: '', lift: '', category: '', item: '', context: '' })}>
          {t.showAll}
        </Button>
      }
    />
  );
}
