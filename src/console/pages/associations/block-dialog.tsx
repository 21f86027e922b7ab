import { useState } from 'react';
import { type Answer, ask, get, put, useChange, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Checkbox, Confirm, Loaded, Notice, Preview, Problem, useToast } from '../../kit/index.ts';
import { type ItemNames, namesOf } from '../../shared/goods/names.ts';
import { Ranks } from '../../shared/goods/ranks.tsx';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { useTexts } from '../../texts/texts.ts';
import { staleAfterBlock, useUnblock } from './rule-drawer.tsx';
import { texts } from './texts.ts';

type BlockPreview = Answer<'/v1/association-rules/previews', 'post'>;

/** Asks before a rule is blocked, beside twenty lists with its left side as they are and as they would be. */
export function BlockDialog({ ruleId, onClose }: { ruleId: string; onClose(): void }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning, error } = useChange<unknown>(staleAfterBlock);
  const unblock = useUnblock();
  const details = useGet(get('/v1/association-rules/{rule_id}', { path: { rule_id: ruleId } }));
  const preview = useGet(ask('/v1/association-rules/previews', { body: { rule_id: ruleId } }), { keep: false });
  const items = details.data?.items ?? [];
  const names = namesOf(items);
  const rule = {
    antecedent: items.slice(0, -1).map(({ item_id }) => item_id),
    consequent: items.at(-1)?.item_id ?? ruleId,
  };
  const name = items.length > 0 ? ruleText(rule, names) : ruleId;
  const reverse = useReverse(rule);
  const [isBoth, setBoth] = useState(false);
  const reversed = isBoth ? reverse : undefined;
  const reversePreview = useGet(ask('/v1/association-rules/previews', { body: { rule_id: reversed ?? ruleId } }), {
    keep: false,
    when: reversed !== undefined,
  });
  const nameBack = ruleText({ antecedent: [rule.consequent], consequent: rule.antecedent[0] ?? '' }, names);
  const block = async () => {
    const ids = [ruleId, ...(reversed ? [reversed] : [])];
    for (const id of ids) {
      if (!(await run(put('/v1/association-rules/blocks/{rule_id}', { path: { rule_id: id } })))) return;
    }
    onClose();
    const unblockAll = async () => {
      for (const id of ids) await unblock.run(id, id === ruleId ? name : nameBack);
    };
    toast({ title: t.blocked(reversed ? t.bothWays(name) : name), undo: () => void unblockAll() });
  };
  return (
    <Confirm
      isOpen
      wide
      onClose={onClose}
      title={t.blockTitle}
      description={t.blockText(name)}
      confirm={t.confirmBlock}
      isDangerous
      isWorking={isRunning}
      onConfirm={block}
    >
      <div className="stack">
        {error && <Problem error={error} title={t.failed} />}
        {reverse && <Checkbox label={t.alsoReverse(nameBack)} checked={isBoth} onChange={setBoth} />}
        <Loaded asked={preview} height={280}>
          {(lists) => (
            <Lists preview={lists} names={names} left={rule.antecedent.map((id) => names.get(id) ?? id).join(' + ')} />
          )}
        </Loaded>
        {reversed && (
          <Loaded asked={reversePreview} height={280}>
            {(lists) => <Lists preview={lists} names={names} left={names.get(rule.consequent) ?? rule.consequent} />}
          </Loaded>
        )}
      </div>
    </Confirm>
  );
}

/** The rule the other way round, of a rule between two items, where it was learnt too and is not blocked. */
function useReverse({
  antecedent,
  consequent,
}: {
  antecedent: readonly string[];
  consequent: string;
}): string | undefined {
  const [only] = antecedent;
  const isPair = antecedent.length === 1 && only !== undefined;
  const { data } = useGet(get('/v1/association-rules', { query: { item_id: only ?? '', limit: 500 } }), {
    when: isPair,
  });
  return data?.items.find(
    (one) => isPair && one.consequent === only && one.antecedent.length === 1 && one.antecedent[0] === consequent,
  )?.rule_id;
}

/** Those that change first; of the others only how many there are. */
function Lists({ preview, names, left }: { preview: BlockPreview; names: ItemNames; left: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { changed, lists, named_items } = preview;
  const all = new Map([...names, ...namesOf(named_items)]);
  const others = lists.length - changed;
  return (
    <>
      <Notice tone="neutral">
        {changed === 0 ? t.previewNone : t.previewSome(format.count(changed), format.count(lists.length), left)}
      </Notice>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by keyboard */}
      <section className="block-lists" aria-label={t.previewLists} tabIndex={0}>
        {lists
          .filter(({ is_changed }) => is_changed)
          .map((list) => (
            <div className="block-list" key={`${list.beside} ${list.item_ids.join()}`}>
              <p>
                <span className="muted">{list.beside === 'item' ? t.beside : t.cart}: </span>
                {list.item_ids.map((id) => all.get(id) ?? id).join(', ')}
              </p>
              <Preview
                before={<Ranks list={list.before} other={list.after} mark="goes" empty={t.emptyList} />}
                after={<Ranks list={list.after} other={list.before} mark="comes" empty={t.emptyList} />}
              />
            </div>
          ))}
        {others > 0 && changed > 0 && <p className="muted">{t.othersUnchanged(format.count(others))}</p>}
      </section>
    </>
  );
}
