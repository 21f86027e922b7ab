import { type ReactNode, useRef, useState } from 'react';
import { PopoverAt } from '../overlays/popover.tsx';
import { type About, Provenance } from './provenance.tsx';

/** A number that says what it is when it is pressed: definition, numerator and denominator, data version, curl. */
export function Figure({ about, children, className = '' }: { about: About; children: ReactNode; className?: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        ref={button}
        className={`figure ${className}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {isOpen && (
        <PopoverAt anchor={button} title={about.name} onClose={() => setOpen(false)}>
          <Provenance {...about} />
        </PopoverAt>
      )}
    </>
  );
}
