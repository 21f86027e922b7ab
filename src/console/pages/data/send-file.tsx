import { useState } from 'react';
import { post, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Confirm, Problem } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import type { FileKind } from './file-fields.ts';
import { mediaTypeOf } from './file-head.ts';
import { ImportDetail } from './import-detail.tsx';
import type { Import } from './import-state.ts';
import { texts } from './texts.ts';

const stale = ['/v1/imports', '/v1/quarantine', '/v1/items', '/v1/customers', '/v1/indicators', '/v1/audit-entries'];

/** Imports the file, once one has said so, and shows how far it is and what became of its rows. */
export function SendFile({
  kind,
  file,
  mapping,
  isReady,
}: {
  /** undefined: the file is sent as it is, to be understood */
  kind: FileKind | undefined;
  file: File;
  mapping: Record<string, string>;
  isReady: boolean;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState('');
  const { run, isRunning, error } = useChange<Import>(stale);
  const send = async () => {
    const columns = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column));
    const query = kind ? { kind, file: file.name, mapping: JSON.stringify({ columns }) } : { file: file.name };
    const made = await run({ ...post('/v1/imports', { query }), file: { blob: file, type: mediaTypeOf(file) } });
    setAsking(false);
    if (made) setShown(made.import_id);
  };
  return (
    <>
      <div>
        <Button kind="main" icon="data" disabled={!isReady} aria-haspopup="dialog" onClick={() => setAsking(true)}>
          {t.send}
        </Button>
      </div>
      {error && <Problem error={error} title={t.sendRefused} />}
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t.sendTitle(file.name)}
        description={t.sendText(
          kind ? t.kinds[kind] : t.asUnderstood,
          format.number(file.size / 1_000_000, file.size < 100_000 ? 3 : 1),
        )}
        confirm={t.send}
        isWorking={isRunning}
        onConfirm={() => void send()}
      />
      {shown !== '' && <ImportDetail id={shown} onClose={() => setShown('')} />}
    </>
  );
}
