/** Is a file to be understood by what is in it? Not one whose kind is named, which has our names as its columns, or is mapped. */
export function isExport({
  kind,
  mapping,
  preset,
  platform,
}: {
  kind?: string | undefined;
  mapping?: unknown;
  preset?: string | undefined;
  platform?: string | undefined;
}): boolean {
  return platform !== undefined || (kind === undefined && mapping === undefined && preset === undefined);
}
