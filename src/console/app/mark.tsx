/** The sign of Pannier: a basket. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path d="M6.5 13h19l-2 10.2a2.6 2.6 0 0 1-2.6 2.1h-9.8a2.6 2.6 0 0 1-2.6-2.1z" />
      <path d="M10.5 13a5.5 5.5 0 0 1 11 0M13 17.5v3.5M19 17.5v3.5" />
    </svg>
  );
}
