import { useEffect, useRef } from 'react';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { Button, LinkButton, Notice, useUrlState } from '../../kit/index.ts';
import { namesOf, rulePath } from '../../shared/goods/names.ts';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Of an item that rests on rules: what the list would be without one of them, the strongest first. */
export function AsIfWithout({ item, ruleIds }: { item: string; ruleIds: readonly string[] }) {
  const t = useTexts(texts);
  const [, setWithout] = useUrlState<string>('without', '');
  if (ruleIds.length === 0) return null;
  const nameOf = (ruleId: string) => (ruleIds.length === 1 ? t.asIfWithout : t.asIfWithoutOne(ruleId));
  return (
    <div className="chips">
      {ruleIds.slice(0, 3).map((ruleId) => (
        <Button
          key={ruleId}
          small
          kind="quiet"
          icon="block"
          aria-label={t.asIfWithoutOf(nameOf(ruleId), item)}
          onClick={() => setWithout(ruleId)}
        >
          {nameOf(ruleId)}
        </Button>
      ))}
    </div>
  );
}

/** Which rule the list is made without, and the way to block it or to have it back. */
export function WithoutRule({ ruleId, takesFocus }: { ruleId: string; takesFocus: boolean }) {
  const t = useTexts(texts);
  const may = useMay();
  const [, setWithout] = useUrlState<string>('without', '');
  const { data } = useGet(get('/v1/association-rules/{rule_id}', { path: { rule_id: ruleId } }));
  const ids = data?.items.map(({ item_id }) => item_id) ?? [];
  const rule = { antecedent: ids.slice(0, -1), consequent: ids.at(-1) ?? '' };
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus) keep.current?.focus();
  }, [takesFocus]);
  const mayBlock = may('train', 'merchandise');
  return (
    <div className="without-rule">
      <Notice title={t.withoutRule}>
        <p>{data ? ruleText(rule, namesOf(data.items)) : ruleId}</p>
        {mayBlock && <p>{t.withoutRuleText}</p>}
      </Notice>
      <div className="chips">
        <LinkButton small icon={mayBlock ? 'block' : 'eye'} href={`${rulePath(ruleId)}${mayBlock ? '&block=1' : ''}`}>
          {mayBlock ? t.blockRule : t.seeRule}
        </LinkButton>
        <Button ref={keep} small kind="quiet" icon="undo" onClick={() => setWithout('')}>
          {t.keepRule}
        </Button>
      </div>
    </div>
  );
}
