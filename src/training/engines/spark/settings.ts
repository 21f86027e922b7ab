/** How jobs come to Spark. */
export interface SparkSettings {
  /** address of a standalone master's REST gateway; absent: `submit` is run */
  gateway?: string | undefined;
  /** by which the gateway knows who asks, in base64url; absent: it lets anybody */
  secret?: string | undefined;
  /** spark-submit with its arguments */
  submit?: readonly string[] | undefined;
  /** as `--conf` would give them */
  properties: Readonly<Record<string, string>>;
  /** folder of Parquet that `export facts` writes, as Spark's machines reach it; absent: facts are read by JDBC */
  source?: string | undefined;
  /** the Python program on the machine that drives jobs; absent: where it lies here */
  program?: string | undefined;
}
