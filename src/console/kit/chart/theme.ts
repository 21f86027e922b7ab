/** The tokens' colours as a canvas wants them, in the theme that is shown. */
export interface ChartColours {
  series: string[];
  text: string;
  muted: string;
  line: string;
  surface: string;
  sunken: string;
  accent: string;
  accentSoft: string;
  good: string;
  warn: string;
  bad: string;
  font: string;
}

const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Canvas knows every colour of CSS, the chart library does not: what it gets is `rgb()`. */
function rgbOf(colour: string): string {
  if (!probe) return colour;
  probe.canvas.width = probe.canvas.height = 1;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = probe.getImageData(0, 0, 1, 1).data as unknown as [number, number, number, number];
  return alpha === 255 ? `rgb(${red},${green},${blue})` : `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
}

export function readColours(): ChartColours {
  const element = document.createElement('span');
  document.body.append(element);
  const token = (name: string) => {
    element.style.color = `var(--${name})`;
    return rgbOf(getComputedStyle(element).color);
  };
  const colours = {
    series: Array.from({ length: 8 }, (_, place) => token(`series-${place + 1}`)),
    text: token('text'),
    muted: token('muted'),
    line: token('line'),
    surface: token('surface'),
    sunken: token('sunken'),
    accent: token('accent'),
    accentSoft: token('accent-soft'),
    good: token('good'),
    warn: token('warn'),
    bad: token('bad'),
    font: getComputedStyle(document.body).fontFamily,
  };
  element.remove();
  return colours;
}

/** The same colour, so many percent opaque. */
export function faded(colour: string, opacity: number): string {
  const [red, green, blue] = colour.match(/[\d.]+/g) ?? ['0', '0', '0'];
  return `rgba(${red},${green},${blue},${opacity})`;
}
