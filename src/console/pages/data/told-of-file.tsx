import { useFormat } from '../../format/index.ts';
import { Notice } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Rows of a file that do not count, and what is to be known of how it is read. */
export function ToldOfFile({
  left,
  notes,
}: {
  left: readonly { reason: string; rows: number }[];
  notes: readonly string[];
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const say = useSaid();
  return (
    <>
      {left.length > 0 && (
        <Notice tone="neutral">
          {t.leftOut}: {left.map(({ reason, rows }) => `${say(reason)} (${format.count(rows)})`).join('; ')}
        </Notice>
      )}
      {notes.map((text) => (
        <Notice key={text} tone="warn">
          {say(text)}
        </Notice>
      ))}
    </>
  );
}
