import './command-bar.css';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../../kit/base/icon.tsx';
import { shellTexts } from '../../texts/shell.ts';
import { useTexts } from '../../texts/texts.ts';
import { type Hit, useHits } from './hits.ts';

/** Finds pages, items, customers, segments and campaigns by what is typed: arrows choose, Enter goes there. */
export default function CommandBar({ onClose }: { onClose(): void }) {
  const t = useTexts(shellTexts);
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const wanted = useLater(text.trim(), 150);
  const { hits, isSearching } = useHits(wanted);
  const isComing = wanted !== text.trim() || isSearching;
  /** Enter was pressed before what was typed had been looked for */
  const [isEager, setEager] = useState(false);
  const [at, setAt] = useState(0);
  const list = useId();
  const chosen = Math.min(at, Math.max(hits.length - 1, 0));

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    navigate(hit.href);
  };
  const onKey = (event: KeyboardEvent) => {
    // While a word is being composed of strokes, Enter ends the word.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % Math.max(hits.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isComing && at === 0) setEager(true);
      else go(hits[chosen]);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the search has come to its end
  useEffect(() => {
    if (!isEager || isComing) return;
    setEager(false);
    go(hits[0]);
  }, [isEager, isComing]);
  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, list]);

  return (
    <div className="commands-box">
      <div className="commands-input">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to type into
          autoFocus
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={hits.length > 0 ? `${list}-${chosen}` : undefined}
          aria-label={t.searchLabel}
          placeholder={t.search}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
            setEager(false);
          }}
          onKeyDown={onKey}
        />
        {isComing && <span className="spinner" />}
        <kbd>Esc</kbd>
      </div>
      <div className="commands-list" id={list} role="listbox" aria-label={t.searchLabel}>
        {hits.map((hit, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and says which one is chosen
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
          <div
            key={hit.href}
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === chosen}
            className="commands-hit"
            onPointerMove={() => setAt(place)}
            onClick={() => go(hit)}
          >
            <Icon name={hit.icon} />
            <span className="commands-name truncate">{hit.name}</span>
            <span className="commands-kind">{hit.kind}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 && !isComing && <p className="commands-none">{t.searchNone}</p>}
    </div>
  );
}

/** The value once it has not changed for a while. */
function useLater(value: string, milliseconds: number): string {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return later;
}
