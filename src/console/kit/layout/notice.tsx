import type { ReactNode } from 'react';
import { Icon, type IconName } from '../base/icon.tsx';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

const icons: Record<Tone, IconName> = { neutral: 'info', accent: 'info', good: 'check', warn: 'warn', bad: 'bad' };

/** A sentence that must not be missed. */
export function Notice({
  tone = 'neutral',
  title,
  actions,
  children,
}: {
  tone?: Tone;
  title?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={`notice notice-${tone}`}>
      <Icon name={icons[tone]} />
      <div className="notice-words">
        {title && <p className="notice-title">{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {actions}
    </div>
  );
}

/** A state in a word, with its colour; the word says it alone as well. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={`badge badge-${tone}`}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}
