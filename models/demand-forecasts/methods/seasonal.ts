/**
 * Methods that know the week. `demand`: by day, oldest first; NaN where it is unknown (sold out, closed), which is passed
 * over. Both write units a day into `ahead`, from the day after the last.
 */
const week = 7;

/** Each day as the latest known one of the same weekday; 0 where none is known. */
export function repeatWeek(demand: Float64Array, ahead: Float64Array): void {
  for (let day = 0; day < ahead.length; day++) {
    let past = demand.length + (day % week) - week;
    while (past >= 0 && Number.isNaN(demand[past])) past -= week;
    ahead[day] = past >= 0 ? demand[past] : 0;
  }
}

/** The weights among which Holt and Winters' smoothing chooses. */
export interface HoltWinters {
  /** how fast level, trend and season follow, each 0 to 1; of several the past chooses */
  readonly level: readonly number[];
  readonly trend: readonly number[];
  readonly season: readonly number[];
  /** what is left of the trend after a day, 0 to 1; 1: it does not fade */
  readonly damping: number;
}

interface State {
  level: number;
  trend: number;
  /** by day modulo 7 */
  readonly season: Float64Array;
}

/**
 * Holt and Winters' additive smoothing with a weekly season and a trend that fades (Winters 1960; Gardner and McKenzie
 * 1985), by those of the stated weights that err least by squares one step ahead. Begun with the means of the first two
 * weeks. Forecasts below 0 are 0.
 *
 * @returns false, with nothing written, where less than two weeks are known
 */
export function smoothSeasons(
  demand: Float64Array,
  ahead: Float64Array,
  { level: levels, trend: trends, season: seasons, damping }: HoltWinters,
): boolean {
  const start = begin(demand);
  if (!start) return false;
  let best: { squares: number; state: State } | undefined;
  for (const level of levels) {
    for (const trend of trends) {
      for (const season of seasons) {
        const state = { ...start, season: start.season.slice() };
        const squares = follow(demand, state, { level, trend, season, damping });
        if (!best || squares < best.squares) best = { squares, state };
      }
    }
  }
  if (!best) return false;
  const { level, trend, season } = best.state;
  let [faded, rise] = [1, 0];
  for (let day = 0; day < ahead.length; day++) {
    faded *= damping;
    rise += faded * trend;
    ahead[day] = Math.max(0, level + rise + season[(demand.length + day) % week]);
  }
  return true;
}

/** Level and season of the first two weeks; undefined where less than two weeks have passed or nothing of them is known. */
function begin(demand: Float64Array): State | undefined {
  if (demand.length < 2 * week) return undefined;
  const season = new Float64Array(week);
  let [sum, known] = [0, 0];
  for (let day = 0; day < week; day++) {
    const both = [demand[day], demand[day + week]].filter((value) => !Number.isNaN(value));
    // What no weekday tells, as on days when the shop is closed, stays at the level.
    season[day] = both.length > 0 ? both.reduce((total, value) => total + value, 0) / both.length : Number.NaN;
    if (both.length === 0) continue;
    sum += season[day];
    known++;
  }
  if (known === 0) return undefined;
  const level = sum / known;
  return { level, trend: 0, season: season.map((value) => (Number.isNaN(value) ? 0 : value - level)) };
}

/** Lets the state follow the demand; the sum of squared errors one step ahead. */
function follow(
  demand: Float64Array,
  state: State,
  weights: { level: number; trend: number; season: number; damping: number },
): number {
  const { damping } = weights;
  let squares = 0;
  for (let day = 0; day < demand.length; day++) {
    const place = day % week;
    const expected = state.level + damping * state.trend;
    const sold = demand[day];
    if (Number.isNaN(sold)) {
      state.level = expected;
      state.trend *= damping;
      continue;
    }
    const error = sold - expected - state.season[place];
    squares += error * error;
    const level = expected + weights.level * (sold - state.season[place] - expected);
    state.trend = weights.trend * (level - state.level) + (1 - weights.trend) * damping * state.trend;
    state.season[place] += weights.season * (sold - expected - state.season[place]);
    state.level = level;
  }
  return squares;
}
