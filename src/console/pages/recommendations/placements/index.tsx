import { useRef, useState } from 'react';
import { get, useGet, useRenew } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { Loaded, useUrlState } from '../../../kit/index.ts';
import { Editor } from './editor.tsx';
import { PlacementList } from './placement-list.tsx';
import type { Placement } from './types.ts';

/** What the named spots of pages show: all of them, or one that is being changed. */
export function Placements() {
  const asked = useGet(get('/v1/placements'));
  const mayChange = useMay()('train', 'merchandise');
  const [name, , setAll] = useUrlState('placement', '');
  const [isNew] = useUrlState('new', '');
  const renew = useRenew();
  /** begun anew with what holds by then */
  const [edition, setEdition] = useState(0);
  /** whose button has the focus when the list is there again */
  const left = useRef<string>(undefined);
  const open = (next: Placement | 'new') => {
    left.current = next === 'new' ? 'new' : next.name;
    setAll(next === 'new' ? { new: '1' } : { placement: next.name });
  };
  return (
    <Loaded asked={asked} height={360}>
      {({ items }) => {
        const chosen = items.find((one) => one.name === name);
        if (mayChange && (isNew || chosen)) {
          return (
            <Editor
              key={`${chosen?.name} ${edition}`}
              current={isNew ? undefined : chosen}
              all={items}
              onRenew={() => void renew(['/v1/placements']).then(() => setEdition(edition + 1))}
              onClose={() => setAll({ new: '', placement: '' })}
            />
          );
        }
        return <PlacementList items={items} asked={asked} mayChange={mayChange} onOpen={open} left={left.current} />;
      }}
    </Loaded>
  );
}
