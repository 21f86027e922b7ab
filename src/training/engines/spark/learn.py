"""What Spark works out for a training run: frequent itemsets, factors of items, centres of clusters.

Started as `spark-submit learn.py <training run>`. The database is told in PANNIER_SPARK_DATABASE as JSON of `url` (JDBC, with its
schema), `user` and `password`. The job's row in `engine_jobs` is the truth: one driver takes it, says there how far it is, and ends when
the run has ended. Python with numpy and the JDBC driver of Postgres (`spark.jars`) are all it needs.
"""

import json
import math
import os
import sys
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor

from pyspark.ml.clustering import KMeans
from pyspark.ml.fpm import FPGrowth
from pyspark.ml.functions import array_to_vector
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

DAY_MS = 86_400_000
PULSE_SECONDS = 2
# A database that is away for a moment is waited for, and so is a worker that was lost.
PATIENCE_SECONDS = 40
LEAST_VALUE = 2.0**-126
PRIOR_EVIDENCE = 5
LEAST_COVERAGE = 0.5
# A block of factors is worked on by one core: one for each, and no larger than that.
CELLS_A_BLOCK = 1_000_000
# Starts of K-means that are tried of each number of clusters; the best is kept.
MOST_STARTS = 6


class Database:
    """A connection of the driver's own, by the JDBC driver that Spark reads with."""

    def __init__(self, spark, told):
        self.jvm = spark._jvm
        self.told = told
        self.connection = None

    def run(self, sql, *values):
        """Runs a statement; gives its first column's values."""
        if self.connection is None or self.connection.isClosed():
            properties = self.jvm.java.util.Properties()
            for name in ("user", "password"):
                if self.told.get(name):
                    properties.setProperty(name, self.told[name])
            properties.setProperty("connectTimeout", "5")
            properties.setProperty("socketTimeout", "10")
            # The class by its loader, because the list of drivers does not know what came with the job.
            self.connection = self.jvm.org.postgresql.Driver().connect(self.told["url"], properties)
        statement = self.connection.prepareStatement(sql)
        try:
            for place, value in enumerate(values, 1):
                statement.setObject(place, value)
            found = []
            if statement.execute():
                rows = statement.getResultSet()
                while rows.next():
                    found.append(rows.getObject(1))
            return found
        finally:
            statement.close()


class Job:
    """One run's job, taken by this driver alone."""

    def __init__(self, spark, told, run):
        self.spark, self.told, self.run = spark, told, run
        self.database = Database(spark, told)
        self.driver = str(uuid.uuid4())

    def take(self):
        """The plan; None: there is nothing to do, or another driver does it."""
        plans = self.database.run(
            """update engine_jobs as job set driver = ?, heartbeat_at = clock_timestamp()
               from training_runs as run
               where job.training_run_id = ? and job.driver is null and run.training_run_id = job.training_run_id
                 and run.status = 'running' returning job.plan::text""",
            self.driver,
            self.run,
        )
        return json.loads(plans[0]) if plans else None

    def tell(self, stage):
        """Says in which stage the job is."""
        told = self.database.run(
            "update engine_jobs set stage = ?, heartbeat_at = clock_timestamp() where training_run_id = ? and driver = ?"
            " returning 1",
            stage,
            self.run,
            self.driver,
        )
        if not told:
            raise RuntimeError("the job is not this driver's any more")

    def fail(self, error):
        words = describe(error)[:1000]
        self.database.run(
            "update engine_jobs set error = ? where training_run_id = ? and driver = ?", words, self.run, self.driver
        )

    def watch(self, worker_seconds):
        """Ends this process soon after the run, or where it can neither hear of it nor work.

        A cluster that is busy or just being started may take `worker_seconds` to give its first worker.
        """
        database = Database(self.spark, self.told)
        heard = worked = time.monotonic()
        given = False
        while True:
            time.sleep(PULSE_SECONDS)
            now = time.monotonic()
            try:
                going = database.run(
                    """update engine_jobs as job set heartbeat_at = clock_timestamp()
                       from training_runs as run, leases as lease
                       where job.training_run_id = ? and job.driver = ? and run.training_run_id = job.training_run_id
                         and run.status = 'running' and lease.name = job.lease_name
                         and lease.holder = job.lease_holder and lease.expires_at > clock_timestamp()
                       returning 1""",
                    self.run,
                    self.driver,
                )
                heard = now
                if not going:
                    leave("the run has ended")
            except Exception:  # noqa: BLE001 whatever it is, the database was not heard
                database.connection = None
                if now - heard > PATIENCE_SECONDS:
                    leave("the database is away")
                continue
            if self.has_executors():
                worked, given = now, True
            elif now - worked > (PATIENCE_SECONDS if given else worker_seconds):
                lost = "no worker is left that Spark could work on"
                try:
                    self.fail(lost if given else f"the cluster has given no worker within {worker_seconds} seconds")
                finally:
                    leave("there is no worker")

    def has_executors(self):
        context = self.spark.sparkContext
        if context.master.startswith("local"):
            return True
        # The driver is one of them.
        return context._jsc.sc().getExecutorMemoryStatus().size() > 1

    def options(self):
        told = {key: self.told[key] for key in ("url", "user", "password") if self.told.get(key)}
        return {**told, "driver": "org.postgresql.Driver", "fetchsize": "10000"}

    def read(self, query, predicates=None):
        """The rows of a query, a slice of time a partition."""
        table = f"({query}) as facts"
        options = self.options()
        url = options.pop("url")
        if predicates is None:
            return self.spark.read.jdbc(url, table, properties=options)
        return self.spark.read.jdbc(url, table, predicates=predicates, properties=options)

    def write(self, part, rows):
        """Keeps rows of `keys` (integers) and `numbers` as a part of the results."""
        shaped = rows.select(
            F.lit(self.run).cast("long").alias("training_run_id"),
            F.lit(part).alias("part"),
            F.col("keys").cast("array<int>").alias("keys"),
            F.col("numbers").cast("array<double>").alias("numbers"),
        )
        options = self.options()
        url = options.pop("url")
        shaped.write.jdbc(url, "engine_results", mode="append", properties=options)


def describe(error):
    """What went wrong, in the words of what went wrong first."""
    cause = getattr(error, "java_exception", None)
    while cause is not None and cause.getCause() is not None:
        cause = cause.getCause()
    words = str(cause.getMessage() if cause is not None else error).strip().splitlines()
    return words[0] if words else type(error).__name__


def leave(why):
    print(f"ended: {why}", file=sys.stderr, flush=True)
    os._exit(3)


def read_facts(job, plan):
    """Sale lines with what came back of them, and behaviours."""
    lines, events = read_lake(job, plan) if plan.get("lake") else read_database(job, plan["sources"])
    return lines.cache(), events.cache()


def read_database(job, sources):
    items = job.read(sources["items"]).cache()
    lines = job.read(sources["lines"]["query"], sources["lines"]["predicates"])
    lines = lines.select(
        "order_key",
        "customer_key",
        "item_key",
        F.col("time").cast("long").alias("time"),
        *[F.col(name).cast("double").alias(name) for name in ("quantity", "amount_minor", "unit_price", "list_price")],
        # "time quantity amount" of each refund, by semicolon.
        F.expr(
            """transform(split(coalesce(refunds, ''), ';'), refund -> struct(
                 try_cast(get(split(refund, ' '), 0) as bigint) as time,
                 try_cast(get(split(refund, ' '), 1) as double) as quantity,
                 try_cast(get(split(refund, ' '), 2) as double) as amount))"""
        ).alias("refunds"),
    ).join(F.broadcast(items), "item_key")
    events = (
        job.read(sources["events"]["query"], sources["events"]["predicates"])
        .select("customer_key", "item_key", "type", *[F.col(name).cast("long").alias(name) for name in ("time", "place")])
        .join(F.broadcast(items), "item_key")
        .where("is_product")
    )
    return lines, events


# What is read of each kind of fact, and of which kind its days are.
LAKE_SHAPES = {
    "orders": "order_id string, received_at timestamp, cancelled_at timestamp, day string",
    "order_lines": "order_id string, line_number int, occurred_at timestamp, person_id string, item_id string, "
    "quantity decimal(18,3), unit_price decimal(18,6), list_price decimal(18,6), amount decimal(18,4), day string",
    "order_statuses": "order_id string, status string, occurred_at timestamp, received_at timestamp, day string",
    "refunds": "refund_id string, received_at timestamp, day string",
    "refunded_lines": "refund_id string, occurred_at timestamp, order_id string, order_line_number int, "
    "quantity decimal(18,3), amount decimal(18,4), day string",
    "events": "type string, person_id string, item_id string, occurred_at timestamp, received_at timestamp, "
    "position int, day string",
}
DAYS_OF = {"orders": "order_lines", "refunds": "refunded_lines"}
UNDONE = "array<struct<time:bigint,quantity:double,amount:double>>"


def read_lake(job, plan):
    """The same from Parquet that `export facts` wrote, by the definitions of the snapshot's queries.

    Who may be learnt from, and the keys of people and items, are the database's. Rows are counted by day, so that none is missing.
    """
    lake, as_of, digits = plan["lake"], plan["asOf"], plan["minorDigits"]
    items = job.read(lake["items"]).cache()
    customers = job.read(lake["customers"]).cache()

    def received(kind):
        return read_kind(job, lake, kind).where(F.unix_micros("received_at") <= lake["watermark"] * 1000)

    def counted(kind, rows):
        rows = rows.where(F.unix_millis("occurred_at") < as_of)
        refuse_missing(lake, kind, rows)
        return rows

    def minor(name):
        return (F.col(name) * 10**digits).cast("decimal(30,0)")

    orders = received("orders").select("order_id", "cancelled_at")
    sold = counted("order_lines", read_kind(job, lake, "order_lines").join(orders.select("order_id"), "order_id"))
    given_back = counted(
        "refunded_lines", read_kind(job, lake, "refunded_lines").join(received("refunds").select("refund_id"), "refund_id")
    )
    behaviours = counted(
        "events", received("events").where(F.col("item_id").isNotNull() & F.col("type").isin(lake["eventTypes"]))
    )
    told = counted("order_statuses", received("order_statuses").where("status = 'cancelled'"))
    # A cancelled order has come back whole at that time: what refunds gave back of it later, then.
    cancelled = (
        orders.where(F.unix_millis("cancelled_at") < as_of)
        .join(told.select("order_id", F.col("occurred_at").alias("cancelled_at")), ["order_id", "cancelled_at"])
        .select("order_id", F.unix_millis("cancelled_at").alias("cancelled_ms"))
    )
    undone = (
        given_back.join(cancelled, "order_id", "left")
        .select(
            "order_id",
            F.col("order_line_number").alias("line_number"),
            F.col("quantity").alias("undone_quantity"),
            minor("amount").alias("undone_minor"),
            F.least(F.unix_millis("occurred_at"), F.col("cancelled_ms")).alias("time"),
        )
        .groupBy("order_id", "line_number")
        .agg(
            F.collect_list(F.struct("time", "undone_quantity", "undone_minor")).cast(UNDONE).alias("undone"),
            F.sum("undone_quantity").alias("undone_quantity"),
            F.sum("undone_minor").alias("undone_minor"),
        )
    )
    lines = (
        sold.withColumn("amount_minor", minor("amount"))
        .join(undone, ["order_id", "line_number"], "left")
        .join(cancelled, "order_id", "left")
        .withColumn("rest", F.col("quantity") - F.coalesce("undone_quantity", F.lit(0)))
        .withColumn("rest_minor", F.col("amount_minor") - F.coalesce("undone_minor", F.lit(0)))
        .withColumn("rest", F.when(F.col("cancelled_ms").isNotNull() & (F.col("rest") > 0), F.col("rest")))
        .join(F.broadcast(items), "item_id")
        .join(customers, "person_id", "left")
        .select(
            F.col("order_id").alias("order_key"),
            *("customer_key", "item_key", "is_product", "category"),
            F.unix_millis("occurred_at").alias("time"),
            *[F.col(name).cast("double").alias(name) for name in ("quantity", "amount_minor", "unit_price", "list_price")],
            F.expr(
                f"""concat(coalesce(undone, cast(array() as {UNDONE})), if(rest is null, cast(array() as {UNDONE}),
                  cast(array(struct(cancelled_ms, rest, rest_minor)) as {UNDONE})))"""
            ).alias("refunds"),
        )
    )
    events = (
        behaviours.join(F.broadcast(items), "item_id")
        .join(customers, "person_id")
        .where("is_product")
        .select(
            *("customer_key", "item_key", "type", "is_product", "category"),
            F.unix_millis("occurred_at").alias("time"),
            F.coalesce("position", F.lit(0)).cast("long").alias("place"),
        )
    )
    return lines, events


def read_kind(job, lake, kind):
    """The days of a kind that the database has; older ones may lie there still."""
    days = lake["rows"][DAYS_OF.get(kind, kind)]
    if not days:
        return job.spark.createDataFrame([], LAKE_SHAPES[kind])
    place = f"{lake['path'].rstrip('/')}/{kind}"
    names = [column.split()[0] for column in LAKE_SHAPES[kind].split(", ")]
    try:
        rows = job.spark.read.option("basePath", place).parquet(place).withColumn("day", F.col("day").cast("string"))
        return rows.where(F.col("day").isin(list(days))).select(*names)
    except Exception as error:  # noqa: BLE001 whatever it is, it is told of which place
        raise RuntimeError(f"PANNIER_SPARK_SOURCE: {place} cannot be read: {describe(error)}") from error


def refuse_missing(lake, kind, rows):
    """Each day must hold as many rows as the database does."""
    found = dict(rows.groupBy("day").count().collect())
    for day, count in sorted(lake["rows"][kind].items()):
        if found.get(day, 0) != count:
            raise RuntimeError(
                f"PANNIER_SPARK_SOURCE: of {kind} on {day} there are {found.get(day, 0)} rows, in the database {count}: "
                "write them with `export facts`"
            )


def lines_as_of(lines, time_ms):
    """Lines sold before a time of which something is left then."""
    given_back = (
        "aggregate(refunds, cast(0 as double), (sum, refund) -> sum + "
        "if(refund.time < {0}, coalesce(refund.{1}, 0), 0))"
    )
    return (
        lines.where(F.col("time") < time_ms)
        # Quantities have three decimals, which a difference of floats would blur.
        .withColumn("quantity_left", F.expr(f"round(quantity - {given_back.format(time_ms, 'quantity')}, 3)"))
        .withColumn("amount_left", F.expr(f"amount_minor - {given_back.format(time_ms, 'amount')}"))
    )


def mine_itemsets(job, lines, recipe, as_of):
    """Frequent itemsets; the share falls while there are too few of them, as it does in the local engine."""
    left = lines_as_of(lines, as_of).where("quantity_left > 0")
    orders = left.select("order_key").distinct().count()
    baskets = left.where("is_product").groupBy("order_key").agg(F.collect_set("item_key").alias("items")).cache()
    filled = baskets.count()
    goods = left.where("is_product").select("item_key").distinct().count()
    count = max(recipe["minimumCount"], count_for_support(recipe["minimumSupport"], orders))

    def mine(least):
        # Half a basket less, so that rounding cannot ask for one more.
        model = FPGrowth(itemsCol="items", minSupport=max(0.0, (least - 0.5) / filled)).fit(baskets)
        short = model.freqItemsets.where(F.size("items") <= recipe["maximumLength"])
        return short.select(F.sort_array("items").alias("keys"), F.array("freq").alias("numbers")).cache()

    mined = mine(count) if filled else None
    while mined is not None and count > recipe["minimumCount"]:
        if mined.where(F.size("keys") > 1).count() >= recipe["itemsetsPerItem"] * goods:
            break
        lower = max(recipe["minimumCount"], count >> 1)
        more = mine(lower)
        if more.count() > recipe["maximumItemsets"]:
            break
        mined, count = more, lower
    if mined is not None:
        if mined.count() > recipe["maximumItemsets"]:
            raise RuntimeError(f"maximumItemsets: there are more than {recipe['maximumItemsets']} frequent itemsets")
        job.write("itemsets", mined)
    told = job.spark.createDataFrame([([0], [float(count), float(orders)])], "keys array<int>, numbers array<double>")
    job.write("itemsets-found", told)
    baskets.unpersist()


def count_for_support(support, baskets):
    if baskets == 0:
        return 0
    count = math.ceil(support * baskets)
    while count > 0 and (count - 1) / baskets >= support:
        count -= 1
    while count / baskets < support:
        count += 1
    return count


def weigh_behaviours(lines, events, fit):
    """What each customer had to do with each item, by the definitions of the local engine: customer_key, item_key, value."""
    if fit["refundedPurchases"] == "keep":
        bought = lines.where(F.col("time") < fit["cut"]).withColumn("pieces", F.col("quantity"))
    else:
        bought = lines_as_of(lines, fit["cut"]).withColumn("pieces", F.col("quantity_left"))
    pieces = F.greatest(F.lit(1.0), F.col("pieces"))
    effect = {"log": 1 + F.log(pieces), "linear": pieces, "none": F.lit(1.0)}[fit["quantityEffect"]]
    weights = fit["behaviourWeights"]
    of_type = F.create_map(*[F.lit(part) for pair in weights.items() for part in pair])[F.col("type")]
    places = fit.get("placeWeights") or [1.0]
    of_place = F.array(*[F.lit(float(part)) for part in places])[F.least("place", F.lit(len(places) - 1))]
    weight = of_type * of_place
    columns = ("customer_key", "item_key", "time", "weight")
    behaviours = (
        bought.where("is_product and customer_key is not null and pieces > 0")
        .withColumn("weight", weights["purchase"] * effect)
        .select(*columns)
        .unionByName(events.where(F.col("time") < fit["cut"]).withColumn("weight", weight).select(*columns))
        .where("weight > 0")
    )
    fade = F.exp(-math.log(2) / fit["halfLifeDays"] * (fit["agedAt"] - F.col("time")) / DAY_MS)
    return (
        behaviours.withColumn("value", F.col("weight") * fade)
        .groupBy("customer_key", "item_key")
        .agg(F.greatest(F.sum("value"), F.lit(LEAST_VALUE)).alias("value"))
    )


def factorise(cells, fit):
    """Factors of the items (id, features) by implicit alternating least squares; those of customers are folded in where lists are made."""
    settings = fit["ials"]
    blocks = max(cells.sparkSession.sparkContext.defaultParallelism, cells.count() // CELLS_A_BLOCK + 1)
    model = ALS(
        rank=settings["dimensions"],
        maxIter=settings["epochs"],
        regParam=penalty_a_cell(cells, settings, fit["customerCount"], fit["itemCount"]),
        # Spark weighs what nobody did with 1.
        alpha=1 / settings["unobservedWeight"],
        implicitPrefs=True,
        userCol="customer_key",
        itemCol="item_key",
        ratingCol="value",
        seed=fit["seed"],
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        coldStartStrategy="nan",
    ).fit(cells)
    return model.itemFactors


def learn_factors(job, lines, events, place, fit):
    """Factors of items by one fit."""
    cells = weigh_behaviours(lines, events, fit).cache()
    if cells.isEmpty():
        return
    factors = factorise(cells, fit)
    job.write(f"factors-{place}", factors.select(F.array("id").alias("keys"), F.col("features").alias("numbers")))
    cells.unpersist()


def penalty_a_cell(cells, settings, customers, items):
    """Spark's penalty grows with the cells of a row alone: so much a cell that all rows together have the recipe's."""
    total = count = 0.0
    for key, others in (("customer_key", items), ("item_key", customers)):
        base = F.col("sum") + settings["unobservedWeight"] * others
        row = (
            cells.groupBy(key)
            .agg(F.sum("value").alias("sum"), F.count("*").alias("cells"))
            .agg(F.sum(F.pow(base, settings["frequencyExponent"])), F.sum("cells"))
            .first()
        )
        total += settings["regularisation"] * row[0]
        count += row[1]
    return total / settings["unobservedWeight"] / count


def describe_customers(lines, plan):
    """By customer what clusters may look at, and of shares from how much they are."""
    as_of = plan["asOf"]
    left = lines_as_of(lines, as_of).where("quantity_left > 0 and customer_key is not null")
    local = F.timestamp_millis("time")
    orders = (
        left.groupBy("customer_key", "order_key")
        .agg(F.min("time").alias("time"), F.sum(F.col("is_product").cast("int")).alias("goods"))
        .groupBy("customer_key")
        .agg(
            F.count("*").alias("frequency"),
            F.sum("goods").alias("goods"),
            F.sum((F.hour(local) >= 18).cast("int")).alias("evenings"),
            F.sum((F.weekday(local) >= 5).cast("int")).alias("weekends"),
        )
    )
    priced = F.coalesce(F.col("list_price") > 0, F.lit(False))
    known = F.col("is_product") & F.col("category").isNotNull()
    sums = left.groupBy("customer_key").agg(
        F.floor((as_of - F.max("time")) / DAY_MS).alias("recency"),
        (F.sum("amount_left") / 10 ** plan["minorDigits"]).alias("monetary"),
        F.sum(priced.cast("int")).alias("priced"),
        F.sum((priced & (F.col("unit_price") < F.col("list_price"))).cast("int")).alias("discounted"),
        F.count_distinct(F.when(known, F.col("category"))).alias("breadth"),
    )
    return orders.join(sums, "customer_key")


def cluster_customers(job, lines, plan):
    """Centres of every number of clusters in the recipe's range, on the scale of the local engine's points."""
    recipe = plan["clusters"]
    customers = describe_customers(lines, plan).cache()
    total = customers.count()
    if total == 0:
        return
    covered = customers.agg(
        F.avg((F.col("breadth") > 0).cast("double")), F.avg((F.col("priced") > 0).cast("double"))
    ).first()
    logarithm = lambda value: F.log1p(F.greatest(F.lit(0.0), value.cast("double")))  # noqa: E731
    share = lambda part, whole: shrink(customers, part, whole)  # noqa: E731
    scales = {
        "recency": lambda: logarithm(F.col("recency")),
        "frequency": lambda: logarithm(F.col("frequency")),
        "monetary": lambda: logarithm(F.col("monetary")),
        "basketSize": lambda: logarithm(F.col("goods") / F.col("frequency")),
        "breadth": lambda: logarithm(F.col("breadth")),
        "discountShare": lambda: share("discounted", "priced"),
        "eveningShare": lambda: share("evenings", "frequency"),
        "weekendShare": lambda: share("weekends", "frequency"),
    }
    missing = {name for name, of in (("breadth", covered[0]), ("discountShare", covered[1])) if of < LEAST_COVERAGE}
    names = [name for name in scales if recipe["features"][name] > 0 and name not in missing]
    if not names:
        return
    scaled = customers.select(*[scales[name]().alias(name) for name in names]).cache()
    figures = scaled.agg(
        *[F.avg(name) for name in names],
        *[F.stddev_pop(name) for name in names],
        *[F.min(name) for name in names],
        *[F.max(name) for name in names],
    ).first()
    axes = []
    for place, name in enumerate(names):
        mean, deviation, least, most = (figures[place + part * len(names)] for part in range(4))
        flat = least == most or not deviation
        axes.append(F.lit(0.0) if flat else (F.col(name) - mean) * (recipe["features"][name] / deviation))
    points = scaled.select(array_to_vector(F.array(*axes)).alias("features"))
    points = points.repartition(job.spark.sparkContext.defaultParallelism).cache()
    distinct = points.select("features").distinct().limit(recipe["most"] + 1).count()
    counts = range(recipe["least"], min(recipe["most"], distinct - 1) + 1)

    def fit(clusters, start):
        means = KMeans(k=clusters, seed=plan["seed"] + start, maxIter=recipe["maximumIterations"], tol=1e-7)
        model = means.fit(points)
        return model.summary.trainingCost, [list(map(float, centre)) for centre in model.clusterCenters()]

    starts = min(recipe["restarts"], MOST_STARTS)
    with ThreadPoolExecutor(max_workers=4) as pool:
        fits = {count: [pool.submit(fit, count, start) for start in range(starts)] for count in counts}
        rows = [
            ([count, place], centre)
            for count, tried in fits.items()
            for place, centre in enumerate(min(one.result() for one in tried)[1])
        ]
    if rows:
        job.write("clusters", job.spark.createDataFrame(rows, "keys array<int>, numbers array<double>").coalesce(1))


def shrink(customers, part, whole):
    """The mean of each one's share and the pooled one, weighed by what each is from."""
    sums = customers.agg(F.sum(part), F.sum(whole)).first()
    pooled = sums[0] / sums[1] if sums[1] else 0.0
    return (F.col(part) + pooled * PRIOR_EVIDENCE) / (F.col(whole) + PRIOR_EVIDENCE)


def work(job, plan):
    """Everything the plan asks for, stage by stage."""
    # Ends once a worker is there; until then the run waits for Spark.
    job.spark.range(1).count()
    job.tell("facts")
    lines, events = read_facts(job, plan)
    lines.count()
    events.count()
    if plan.get("itemsets"):
        job.tell("itemsets")
        mine_itemsets(job, lines, plan["itemsets"], plan["asOf"])
    if plan["factors"]:
        job.tell("factors")
        for place, fit in enumerate(plan["factors"]):
            learn_factors(job, lines, events, place, fit)
    if plan.get("clusters"):
        job.tell("clusters")
        cluster_customers(job, lines, plan)
    job.tell("done")


def main():
    run = int(sys.argv[1])
    told = json.loads(os.environ["PANNIER_SPARK_DATABASE"])
    spark = SparkSession.builder.appName(f"pannier {run}").getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    job = Job(spark, told, run)
    plan = job.take()
    if plan is None:
        leave("there is nothing to do")
    spark.conf.set("spark.sql.session.timeZone", plan["timeZone"])
    spark.conf.set("spark.sql.shuffle.partitions", plan["partitions"])
    threading.Thread(target=job.watch, args=[plan["workerSeconds"]], daemon=True).start()
    try:
        work(job, plan)
    except Exception as error:  # noqa: BLE001 whatever it is, the run is told
        traceback.print_exc()
        job.fail(error)
        leave("it failed")
    spark.stop()


if __name__ == "__main__":
    main()
