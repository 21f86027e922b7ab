import type { ReactNode } from 'react';
import { Icon, type IconName } from '../base/icon.tsx';
import { CopyLine } from '../figure/copy-line.tsx';

/** Nothing there yet: why, and what to do next, with the command filled in. */
export function Empty({
  icon = 'info',
  title,
  text,
  command,
  actions,
}: {
  icon?: IconName;
  title: string;
  text?: ReactNode;
  command?: string;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={20} />
      </span>
      <p className="empty-title">{title}</p>
      {text && <p className="empty-text">{text}</p>}
      {command && <CopyLine text={command} />}
      {actions && <div className="empty-actions">{actions}</div>}
    </div>
  );
}
