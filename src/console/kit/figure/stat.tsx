import type { ReactNode } from 'react';
import { Skeleton } from '../layout/skeleton.tsx';
import { type Better, Change } from './change.tsx';
import { Figure } from './figure.tsx';
import type { About } from './provenance.tsx';
import { Sparkline } from './sparkline.tsx';

export interface StatProps {
  about: About;
  /** the figure as it is written; undefined: on its way */
  value: ReactNode | undefined;
  /** by what part it has changed */
  change?: number | null;
  better?: Better | undefined;
  /** in small letters below: against what, between what */
  note?: ReactNode;
  /** the last values, oldest first */
  points?: readonly (number | null)[] | undefined;
  /** leads to more of it, or takes it away */
  actions?: ReactNode;
}

/** One figure that matters: name, value, change, and how it went. */
export function Stat({ about, value, change, better, note, points, actions }: StatProps) {
  return (
    <div className="stat">
      <div className="stat-head">
        <h3 className="stat-name">{about.name}</h3>
        {actions}
      </div>
      {value === undefined ? (
        <Skeleton lines={2} />
      ) : (
        <>
          <div className="stat-row">
            <Figure about={about} className="stat-value">
              {value}
            </Figure>
            {change !== undefined && <Change value={change} better={better} />}
          </div>
          {points && points.length > 1 && <Sparkline points={points} />}
          {note && <p className="stat-note">{note}</p>}
        </>
      )}
    </div>
  );
}
