import { get, remove, useChange, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { nothing, useFormat } from '../../format/index.ts';
import {
  Button,
  Dialog,
  Facts,
  LinkButton,
  Loaded,
  Meter,
  Notice,
  Problem,
  SourceButton,
  useToast,
} from '../../kit/index.ts';
import { ItemLink } from '../../shared/goods/item-link.tsx';
import { namesOf, useContextName } from '../../shared/goods/names.ts';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { Significance, smallNumber } from './rule-table.tsx';
import type { RuleDetails } from './rules.ts';
import { texts } from './texts.ts';

/** One rule with all that speaks for it, and the way to block it. */
export function RuleDrawer({ ruleId, onBlock, onClose }: { ruleId: string; onBlock(): void; onClose(): void }) {
  const t = useTexts(texts);
  const asked = useGet(get('/v1/association-rules/{rule_id}', { path: { rule_id: ruleId } }), { keep: false });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      side="right"
      title={t.rule}
      actions={asked.data && <Actions rule={asked.data} onBlock={onBlock} />}
    >
      {asked.error?.problem.status === 404 ? (
        <Notice tone="warn">{t.gone}</Notice>
      ) : (
        <Loaded asked={asked} lines={10}>
          {(rule) => (
            <div className="stack">
              <Sides rule={rule} />
              <Offer rule={rule} />
              <Evidence rule={rule} />
              <div className="rule-source">
                <span className="muted mono">{ruleId}</span>
                <SourceButton name={t.rule} source={asked.source} definition={t.about} />
              </div>
            </div>
          )}
        </Loaded>
      )}
    </Dialog>
  );
}

function Sides({ rule }: { rule: RuleDetails }) {
  const items = rule.items;
  const right = items.at(-1);
  return (
    <div className="rule-sides">
      <ul className="rule-side">
        {items.slice(0, -1).map(({ item_id, title }) => (
          <li key={item_id}>
            <ItemLink itemId={item_id} title={title} />
          </li>
        ))}
      </ul>
      <span className="rule-arrow" aria-hidden="true">
        →
      </span>
      <div className="rule-side">{right && <ItemLink itemId={right.item_id} title={right.title} />}</div>
    </div>
  );
}

/** Of all orders, as the rule was learnt; of seasons and groups in a line each. */
function Evidence({ rule }: { rule: RuleDetails }) {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  const contextName = useContextName();
  const of = rule.contexts.find(({ context }) => context === 'all') ?? rule.contexts[0];
  if (!of) return null;
  const base = of.consequent_count / of.basket_count;
  const others = rule.contexts.filter((one) => one !== of);
  return (
    <>
      {rule.blocked_at && <Notice tone="warn">{t.blockedNow(format.moment(rule.blocked_at))}</Notice>}
      <div className="stack">
        <p>{t.share(format.count(of.count), format.count(of.antecedent_count), format.percent(of.confidence))}</p>
        <Meter label={t.withRule} value={of.confidence} text={format.percent(of.confidence)} />
        <Meter label={t.inAll} value={base} text={format.percent(base)} tone="neutral" />
        <p className="muted">{t.chance(format.percent(base), format.number(of.expected_count, 1))}</p>
      </div>
      <Facts
        facts={[
          [words.significance, <Significance key="s" isSignificant={of.significant} />],
          [t.qValue, of.q_value === null ? nothing : smallNumber(of.q_value, format.number)],
          [t.pValue, smallNumber(of.p_value, format.number)],
          [words.lift, format.number(of.lift)],
          [words.confidence, format.percent(of.confidence)],
          [words.support, format.percent(of.support, 2)],
          [words.leverage, format.number(of.leverage, 4)],
          [t.conviction, of.conviction === null ? t.never : format.number(of.conviction)],
          [t.ordersBoth, format.count(of.count)],
          [t.ordersExpected, format.number(of.expected_count, 1)],
          [t.ordersLeft, format.count(of.antecedent_count)],
          [t.ordersRight, format.count(of.consequent_count)],
          [t.ordersAll, format.count(of.basket_count)],
        ]}
      />
      {others.length > 0 && (
        <>
          <h3 className="rule-heading">{t.inContexts}</h3>
          <Facts
            facts={others.map((one) => [
              contextName(one.context),
              `${format.percent(one.confidence)} · ${words.lift} ${format.number(one.lift)} · ${format.count(one.count)}`,
            ])}
          />
        </>
      )}
    </>
  );
}

/** The way to a coupon for who buys all of its goods together. */
function Offer({ rule: { items } }: { rule: RuleDetails }) {
  const t = useTexts(texts);
  const may = useMay();
  if (!may('coupons')) return null;
  const bundle = new URLSearchParams(items.map(({ item_id }) => ['bundle', item_id]));
  return (
    <div>
      <LinkButton small icon="campaigns" href={`/campaigns/new?${bundle}`}>
        {t.offer}
      </LinkButton>
    </div>
  );
}

function Actions({ rule, onBlock }: { rule: RuleDetails; onBlock(): void }) {
  const t = useTexts(texts);
  const may = useMay();
  const unblock = useUnblock();
  if (!may('train', 'merchandise')) return <span className="muted">{t.mayNotBlock}</span>;
  const { rule_id, items } = rule;
  const text = ruleText(
    { antecedent: items.slice(0, -1).map(({ item_id }) => item_id), consequent: items.at(-1)?.item_id ?? '' },
    namesOf(items),
  );
  return rule.blocked_at ? (
    <>
      {unblock.error && <Problem error={unblock.error} title={t.failed} />}
      <Button icon="undo" working={unblock.isRunning} onClick={() => unblock.run(rule_id, text)}>
        {t.unblock}
      </Button>
    </>
  ) : (
    <Button icon="block" onClick={onBlock}>
      {t.block}
    </Button>
  );
}

/** What is other once a rule is blocked or wanted again. */
export const staleAfterBlock = ['/v1/association-rules', '/v1/recommendations', '/v1/items/'];

export function useUnblock() {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning, error } = useChange(staleAfterBlock);
  return {
    isRunning,
    error,
    async run(ruleId: string, name: string) {
      const done = await run(remove('/v1/association-rules/blocks/{rule_id}', { path: { rule_id: ruleId } }));
      if (done) toast({ title: t.unblocked(name) });
    },
  };
}
