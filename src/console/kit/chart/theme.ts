/** The tokens' colours as a canvas wants them, in the theme that is shown. */
export interface ChartColours {
  /** of the first two series */
  series: readonly [string, string];
  text: string;
  surface: string;
  font: string;
}

export function readColours(): ChartColours {
  const element = document.createElement('span');
  document.body.append(element);
  const token = (name: string) => {
    element.style.color = `var(--${name})`;
    return getComputedStyle(element).color;
  };
  const colours: ChartColours = {
    series: [token('series-1'), token('series-2')],
    text: token('text'),
    surface: token('surface'),
    font: getComputedStyle(document.body).fontFamily,
  };
  element.remove();
  return colours;
}
