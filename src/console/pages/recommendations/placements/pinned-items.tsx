import { useState } from 'react';
import { IconButton } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { ItemField } from '../who.tsx';
import { placementTexts } from './texts.ts';
import type { PageOfLists } from './types.ts';

const mostPinned = 20;

/** Items that stand first on the list, in an order that is changed by moving one up. */
export function PinnedItems({
  pinned,
  list,
  onChange,
}: {
  pinned: readonly string[];
  /** as it would be; undefined: nobody has seen it yet */
  list: PageOfLists['placements'][number]['items'] | undefined;
  onChange(pinned: readonly string[]): void;
}) {
  const t = useTexts(placementTexts);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const shown = new Map(list?.map(({ item_id, title }) => [item_id, title ?? item_id]));
  const nameOf = (id: string) => shown.get(id) ?? chosen.get(id) ?? id;
  const raise = (place: number) => {
    const above = pinned[place - 1] as string;
    onChange(pinned.with(place - 1, pinned[place] as string).with(place, above));
  };
  const add = (id: string, title: string) => {
    setChosen(new Map([...chosen, [id, title]]));
    onChange([...new Set([...pinned, id])]);
  };
  return (
    <div className="placement-pins">
      {pinned.length < mostPinned && <ItemField label={t.pin} hint={t.pinnedHint} onChoose={add} />}
      {pinned.length > 0 && (
        <ol aria-label={t.pinned}>
          {pinned.map((id, place) => (
            <li key={id}>
              <span className="truncate">{nameOf(id)}</span>
              {list && !shown.has(id) && <span className="muted">{t.notNow}</span>}
              {place > 0 && <IconButton icon="up" small label={t.higher(nameOf(id))} onClick={() => raise(place)} />}
              <IconButton
                icon="close"
                small
                label={t.unpin(nameOf(id))}
                onClick={() => onChange(pinned.filter((one) => one !== id))}
              />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
