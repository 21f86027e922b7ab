import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from '../base/icon.tsx';

interface Look {
  /** one main action a page or dialog; what destroys is `danger`; `quiet` has no border */
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  small?: boolean;
  children?: ReactNode;
}

export interface ButtonProps extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  ref?: Ref<HTMLButtonElement>;
  /** the work is under way: it cannot be pressed again */
  working?: boolean;
  /** it does nothing yet, and stays where the keyboard finds it; beside it stands what it waits for */
  held?: boolean;
}

const classes = ({ kind = 'plain', small }: Look, more = '') =>
  `button button-${kind}${small ? ' button-small' : ''} ${more}`.trim();

export function Button({ kind, icon, small, working, held, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes({ kind, small }, className)}
      disabled={disabled || working}
      aria-busy={working || undefined}
      aria-disabled={held || undefined}
    >
      {working ? <span className="spinner" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  icon: IconName;
  /** what it does: its accessible name and its tooltip */
  label: string;
}

export function IconButton({ icon, label, kind = 'quiet', className = '', ...rest }: IconButtonProps) {
  return (
    <Button {...rest} kind={kind} className={`button-icon ${className}`} aria-label={label} title={label} icon={icon} />
  );
}

/** A link that looks like a button: it leads to another page, and does nothing else. */
export function LinkButton({ href, kind, icon, small, children }: Look & { href: string }) {
  return (
    <Link href={href} className={classes({ kind, small })}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
