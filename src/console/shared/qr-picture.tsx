import { qrCode } from './qr-code.ts';

/** What must be light around a code, in modules. */
const quiet = 4;

/** A text as a QR code, dark on light in every theme: cameras read no other. Nothing where the text is too long for one. */
export function QrPicture({ text, label }: { text: string; label: string }) {
  const modules = qrCode(text);
  if (!modules) return null;
  const size = modules.length + 2 * quiet;
  const path = modules.flatMap((line, row) =>
    line.flatMap((isDark, column) => (isDark ? [`M${column + quiet} ${row + quiet}h1v1h-1z`] : [])),
  );
  return (
    <svg
      className="qr-picture"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path.join('')} />
    </svg>
  );
}
