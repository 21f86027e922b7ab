import { type ReactNode, useId } from 'react';
import type { Asked, Source } from '../../api/index.ts';
import { SourceButton } from '../figure/provenance.tsx';
import { Problem } from './problem.tsx';
import { Skeleton } from './skeleton.tsx';

export type Span = 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12;

export interface PanelProps {
  title?: string;
  /** what it says, in a sentence under the title */
  note?: ReactNode;
  actions?: ReactNode;
  /** of twelve columns; below 1000 px it is all of them, except small ones */
  span?: Span;
  /** where its figures come from: a button shows definition, data version and curl */
  source?: Source;
  /** what its figures mean, for the same button */
  about?: string;
  /** the content touches the border: a table */
  flush?: boolean;
  children?: ReactNode;
}

/** A part of a page with a border, a title, and where its figures come from. */
export function Panel({ title, note, actions, span = 12, source, about, flush, children }: PanelProps) {
  const id = useId();
  return (
    <section
      className={`panel span-${span}${flush ? ' panel-flush' : ''}`}
      {...(title ? { 'aria-labelledby': id } : {})}
    >
      {(title || actions || source) && (
        <header className="panel-head">
          <div className="panel-words">
            {title && <h2 id={id}>{title}</h2>}
            {note && <p className="panel-note">{note}</p>}
          </div>
          <div className="panel-actions">
            {actions}
            {source && <SourceButton name={title ?? ''} source={source} definition={about} />}
          </div>
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  );
}

/** What was asked for, once it is there: a skeleton before, a problem instead. */
export function Loaded<T>({
  asked,
  lines = 4,
  height,
  children,
}: {
  asked: Pick<Asked<T>, 'data' | 'error' | 'isLoading' | 'again'>;
  /** of the skeleton: as high as what comes */
  lines?: number;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (asked.error) return <Problem error={asked.error} onRetry={asked.again} />;
  if (asked.data === undefined) return <Skeleton lines={lines} height={height} />;
  return children(asked.data);
}
