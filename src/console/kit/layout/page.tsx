import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';

export interface PageProps {
  title: string;
  /** what the page is for, in one sentence */
  purpose?: ReactNode;
  /** where this belongs, when it is one of many: `{ label: 'Campaigns', href: '/campaigns' }` */
  parent?: { label: string; href: string };
  /** beside the title: a badge */
  mark?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A page: head, and panels on a grid of twelve columns. */
export function Page({ title, purpose, parent, mark, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Pannier`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div className="page-words">
          {parent && (
            <Link className="page-parent" href={parent.href}>
              {parent.label}
            </Link>
          )}
          <div className="page-title">
            <h1>{title}</h1>
            {mark}
          </div>
          {purpose && <p className="page-purpose">{purpose}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      <div className="grid">{children}</div>
    </div>
  );
}
