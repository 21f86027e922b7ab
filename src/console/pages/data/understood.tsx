import type { Answer } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Notice } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { SendFile } from './send-file.tsx';
import { texts } from './texts.ts';
import { ToldOfFile } from './told-of-file.tsx';

/** What the service understood a file to be, and sending it as that. */
export function Understood({
  preview,
  file,
  onByHand,
}: {
  preview: Answer<'/v1/imports/previews', 'post'>;
  file: File;
  onByHand(): void;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { platform, title, kinds, left_out: left, notes, questions } = preview.understanding!;
  const read = preview.columns.filter(({ field }) => field !== null);
  return (
    <>
      <h3 className="data-h3">{t.understoodTitle}</h3>
      <Notice tone="good">
        <strong>{platform}</strong>: {title}.{' '}
        {kinds.map(({ kind, rows }) => `${t.kinds[kind]} ${format.count(rows)}`).join(', ')}
      </Notice>
      <p className="panel-note">{read.map(({ column, field }) => `${column} → ${field}`).join(' · ')}</p>
      <ToldOfFile left={left} notes={[...notes, ...questions.map(({ text }) => text)]} />
      <SendFile key={file.name} kind={undefined} file={file} mapping={{}} isReady={kinds.length > 0} />
      <div>
        <Button onClick={onByHand}>{t.byHand}</Button>
      </div>
    </>
  );
}
