import { invalidField } from '../../../errors.ts';
import type { Call } from '../../../http/index.ts';
import type { UploadOptions } from './import-upload.ts';

const formats: Record<string, UploadOptions['format']> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' };

/** An upload as it is asked for over HTTP. @throws PannierError `invalid_request` for a mapping that is no JSON */
export function uploadOptions(parameters: Call<'importFile'>['parameters'], mediaType: string): UploadOptions {
  const {
    kind,
    file,
    preset,
    mapping,
    time_zone: timeZone,
    force,
    platform,
    currency,
    date_order: dateOrder,
  } = parameters;
  return {
    kind,
    name: file ?? kind ?? 'file',
    platform,
    currency,
    dateOrder,
    format: formats[mediaType],
    preset,
    mapping: mapping === undefined ? undefined : parse(mapping),
    timeZone,
    force: force ?? false,
  };
}

function parse(mapping: string): unknown {
  try {
    return JSON.parse(mapping);
  } catch {
    throw invalidField('mapping', 'must be JSON');
  }
}
