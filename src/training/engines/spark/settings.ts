/** How jobs come to Spark. */
export interface SparkSettings {
  /** address of a standalone master's REST gateway; absent: `submit` is run */
  gateway?: string | undefined;
  /** spark-submit with its arguments */
  submit?: readonly string[] | undefined;
  /** as `--conf` would give them */
  properties: Readonly<Record<string, string>>;
  /** the Python program on the machine that drives jobs; absent: where it lies here */
  program?: string | undefined;
}
