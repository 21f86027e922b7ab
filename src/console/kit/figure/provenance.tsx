import { type ReactNode, useRef, useState } from 'react';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { IconButton } from '../forms/button.tsx';
import { Facts } from '../layout/meter.tsx';
import { PopoverAt } from '../overlays/popover.tsx';
import { CopyLine } from './copy-line.tsx';

/** What a figure is: its definition, what it was made of, and where it comes from. */
export interface About {
  name: string;
  definition?: string | undefined;
  /** more of it: numerator, denominator, interval */
  parts?: readonly (readonly [name: string, value: ReactNode])[];
  source?: Source | undefined;
}

export function Provenance({ definition, parts = [], source }: Omit<About, 'name'>) {
  const t = useTexts(kitTexts);
  const format = useFormat();
  const facts = [...parts];
  if (source?.dataVersion !== undefined) facts.push([t.dataVersion, format.count(source.dataVersion)]);
  if (source?.asOf) facts.push([t.asOf, format.moment(source.asOf)]);
  return (
    <div className="provenance">
      {definition && <p>{definition}</p>}
      {facts.length > 0 && <Facts facts={facts} />}
      {source && (
        <div className="provenance-request">
          <p className="field-label">{t.request}</p>
          <CopyLine text={source.curl} />
          <p className="field-hint">{t.keyHint}</p>
        </div>
      )}
    </div>
  );
}

/** Of a panel or table: one button for all of its figures. */
export function SourceButton({
  name,
  source,
  definition,
}: {
  name: string;
  source: Source;
  definition?: string | undefined;
}) {
  const t = useTexts(kitTexts);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        ref={button}
        icon="code"
        small
        label={name ? t.whereOf(name) : t.where}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <PopoverAt anchor={button} title={name || t.where} onClose={() => setOpen(false)}>
          <Provenance definition={definition} source={source} />
        </PopoverAt>
      )}
    </>
  );
}
