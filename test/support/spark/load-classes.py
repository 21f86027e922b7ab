"""A session of Spark that does a little of what the job does: the classes that it loads are kept (class-archive.ts)."""

from pyspark.ml.fpm import FPGrowth
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[1]").config("spark.sql.shuffle.partitions", 1).getOrCreate()
rows = spark.range(400).withColumn("order", F.col("id") % 60).withColumn("item", F.col("id") * 7 % 20)
baskets = rows.groupBy("order").agg(F.collect_set("item").alias("items")).cache()
FPGrowth(itemsCol="items", minSupport=0.01).fit(baskets).freqItemsets.where(F.size("items") <= 2).count()
rows.join(F.broadcast(baskets), "order").groupBy("item").agg(F.count("*")).collect()
spark.stop()
