import { useContext } from 'react';
import { Button, IconButton, Segmented } from '../../kit/index.ts';
import { isGroup, type Mode, modes, nextId, type Rule, type RuleGroup } from '../../shared/rules/rule.ts';
import { useTexts } from '../../texts/texts.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { EditContext } from './counts.ts';
import { PartCount } from './part-count.tsx';
import { texts } from './texts.ts';

/** What a new condition asks first. */
const firstCondition = { behaviour: 'purchase', within_days: 90, at_least: 1 };

/** All, any or none of some conditions and groups. @param place where it stands, as "1.2" */
export function GroupEditor({ group, place }: { group: RuleGroup; place: string }) {
  const t = useTexts(texts);
  const { change } = useContext(EditContext);
  const edit = (to: (group: RuleGroup) => RuleGroup | undefined) => change(group.id, to);
  const add = (part: Rule) => edit((one) => ({ ...one, parts: [...one.parts, part] }));
  const isRoot = place === '';
  return (
    <fieldset className={`builder-group${isRoot ? ' is-root' : ''}`}>
      <legend className="visually-hidden">{isRoot ? t.rule : t.group(place)}</legend>
      <div className="builder-group-head">
        <Segmented<Mode>
          label={t.mode}
          value={group.mode}
          onChange={(mode) => edit((one) => ({ ...one, mode }))}
          choices={modes.map((value) => ({ value, label: t.modes[value] }))}
        />
        <span className="muted builder-mode">{t.modesLong[group.mode]}</span>
        {group.parts.length > 0 && <PartCount id={group.id} />}
        {!isRoot && (
          <IconButton
            icon="trash"
            small
            label={`${t.remove}: ${t.group(place)}`}
            onClick={() => edit(() => undefined)}
          />
        )}
      </div>
      <ol className="builder-parts">
        {group.parts.map((part, index) => {
          const here = isRoot ? String(index + 1) : `${place}.${index + 1}`;
          return (
            <li key={part.id}>
              {isGroup(part) ? <GroupEditor group={part} place={here} /> : <ConditionEditor part={part} place={here} />}
            </li>
          );
        })}
      </ol>
      <div className="row">
        <Button
          small
          icon="plus"
          onClick={() => add({ id: nextId(), isNot: false, condition: firstCondition })}
          data-add="condition"
        >
          {t.addCondition}
        </Button>
        <Button
          small
          kind="quiet"
          icon="plus"
          onClick={() =>
            add({
              id: nextId(),
              mode: group.mode === 'any' ? 'all' : 'any',
              parts: [{ id: nextId(), isNot: false, condition: firstCondition }],
            })
          }
        >
          {t.addGroup}
        </Button>
      </div>
    </fieldset>
  );
}
