"""What Spark's job reads of a shop, and what it makes of it for factors: no cluster, no run, and nothing is written to the database.

`read-facts.py <folder of learn.py>` takes plans by name as JSON, each as a job has it with one fit; by the same names it writes `lines`,
`events` and `cells`, and the `factors` of the fit begun at each seed among the plan's `starts`.
"""

import json
import os
import sys

sys.path.insert(0, sys.argv[1])

import learn  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

LINE = ("customer_key", "item_key", "time", "quantity", "amount_minor", "unit_price", "list_price", "is_product", "category")


def read(job, plan):
    lines, events = learn.read_facts(job, plan)
    fit = plan["factors"][0]
    cells = learn.weigh_behaviours(lines, events, fit).cache()
    return {
        # A refund without a time is none.
        "lines": [
            {
                "order": str(row.order_key),
                "line": [row[name] for name in LINE],
                "refunds": [list(refund) for refund in row.refunds if refund.time is not None],
            }
            for row in lines.collect()
        ],
        "events": [list(row) for row in events.select("customer_key", "item_key", "type", "time").collect()],
        "cells": [list(row) for row in cells.collect()],
        "factors": [
            [[row.id, *row.features] for row in learn.factorise(cells, {**fit, "seed": seed}).collect()]
            for seed in plan.get("starts", [])
        ],
    }


def main():
    plans = json.load(sys.stdin)
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    job = learn.Job(spark, json.loads(os.environ["PANNIER_SPARK_DATABASE"]), 0)
    found = {}
    for name, plan in plans.items():
        spark.conf.set("spark.sql.session.timeZone", plan["timeZone"])
        spark.conf.set("spark.sql.shuffle.partitions", plan["partitions"])
        found[name] = read(job, plan)
    json.dump(found, sys.stdout)


main()
