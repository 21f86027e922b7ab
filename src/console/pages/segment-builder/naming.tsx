import { useState } from 'react';
import type { ApiError } from '../../api/index.ts';
import { TextField, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** From a name an id that programs can use; of a name without Latin letters only the kind and the day are left. */
export function idOf(kind: 'rule' | 'list', name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${kind}-${slug || new Date().toISOString().slice(0, 16).replace(/\D/g, '')}`;
}

export interface Naming {
  name: string;
  id: string;
  fields: React.ReactNode;
}

/** Name and id of what is made; the id follows the name until it is written by hand. */
export function useNaming(kind: 'rule' | 'list', error: ApiError | undefined): Naming {
  const t = useTexts(texts);
  const [name, setName] = useUrlState<string>('name', '');
  const [own, setOwn] = useState<string>();
  const id = own ?? (name.trim() ? idOf(kind, name) : '');
  const fields = (
    <div className="builder-naming">
      <TextField
        label={t.name}
        hint={t.nameHint}
        value={name}
        maxLength={200}
        required
        error={error?.fault('name')}
        onChange={setName}
      />
      <TextField
        label={t.id}
        hint={t.idHint}
        value={id}
        maxLength={68}
        spellCheck={false}
        error={error?.fault('segment_id')}
        onChange={(next) => setOwn(next || undefined)}
      />
    </div>
  );
  return { name: name.trim(), id, fields };
}
