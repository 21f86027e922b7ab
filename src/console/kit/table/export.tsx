import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Button } from '../forms/button.tsx';
import { useToast } from '../overlays/toast.tsx';
import { type CsvColumn, csvOf } from './csv.ts';
import type { Rows } from './rows.ts';
import { saveFile } from './save.ts';

export interface ExportProps<Row> {
  fileName: string;
  columns: readonly CsvColumn<Row>[];
  rows: Rows<Row>;
  /** as they stand in the table */
  inOrder: (rows: readonly Row[]) => readonly Row[];
}

/** Saves all rows that are meant as CSV: those of pages that are not here are read first, and it says how far that is. */
export function Export<Row>({ fileName, columns, rows, inOrder }: ExportProps<Row>) {
  const t = useTexts(kitTexts);
  const format = useFormat();
  const toast = useToast();
  const [count, setCount] = useState<number>();
  const work = useRef<AbortController>(undefined);
  useEffect(() => () => work.current?.abort(), []);

  const save = async () => {
    const { signal } = (work.current = new AbortController());
    setCount(0);
    try {
      const all = await readAll(rows, setCount, signal);
      saveFile(`${fileName}.csv`, await csvOf(columns, inOrder(all.rows)), 'text/csv;charset=utf-8');
      const told = format.count(all.rows.length);
      toast(
        all.isWhole ? { title: t.exported(told) } : { title: t.exportCut(told), text: t.exportCutText, kind: 'bad' },
      );
    } catch (error) {
      if (!signal.aborted) toast({ title: t.exportFailed, text: reasonOf(error), kind: 'bad' });
    }
    setCount(undefined);
  };

  if (count === undefined) {
    return (
      <Button small kind="quiet" icon="download" onClick={save}>
        {t.exportCsv}
      </Button>
    );
  }
  return (
    <>
      <span className="muted" role="status">
        {t.exporting(format.count(count))}
      </span>
      <Button small kind="quiet" onClick={() => work.current?.abort()}>
        {t.cancel}
      </Button>
    </>
  );
}

async function readAll<Row>(rows: Rows<Row>, onRows: (count: number) => void, signal: AbortSignal) {
  if (rows.hasMore && rows.everything) return rows.everything(onRows, signal);
  return { rows: rows.rows ?? [], isWhole: true };
}

const reasonOf = (error: unknown) => (error instanceof ApiError ? error.message : String(error));
