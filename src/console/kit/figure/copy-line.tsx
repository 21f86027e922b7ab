import { Fragment, useState } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { IconButton } from '../forms/button.tsx';

/** A line for a terminal, and a button that copies it. */
export function CopyLine({ text }: { text: string }) {
  const t = useTexts(kitTexts);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      // Without leave to write to the clipboard the line can be marked by hand.
    }
  };
  return (
    <div className="copy-line">
      <code>
        {text.split(' ').map((word, place) => (
          // A line breaks between words, not after the hyphen of an option.
          // biome-ignore lint/suspicious/noArrayIndexKey: words stand where they stand
          <Fragment key={place}>
            <span>{word}</span>{' '}
          </Fragment>
        ))}
      </code>
      <IconButton icon={isCopied ? 'check' : 'copy'} label={isCopied ? t.copied : t.copy} small onClick={copy} />
    </div>
  );
}
