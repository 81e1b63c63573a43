"""The metrics of `postern report` on Spark, over the Parquet that `postern compact` writes.

    spark-submit report.py --data DATA --sql SQL [--since TIME] [--until TIME] [--reference FILE] [--metric NAME ...]

DATA is the folder of the compacted days (lab.data; a path or an address that Spark reads), SQL the folder src/lab/sql. The views here have
the columns that the ones of src/lab/data/views.ts have, so the files of SQL run unchanged. Prints one JSON object: rows by metric.
"""

import argparse
import datetime
import decimal
import json
from pathlib import Path

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession, functions as f, types as t

FINDINGS = "array<struct<detector:string,category:string,weight:double,status:string>>"
BINS = "feature string, bin int, low double, high double, share double"

# One word a decision: a strong one before a weak one, then the later one. As in src/lab/data/views.ts.
LABELS = """
  SELECT id, is_category, at FROM (
    SELECT f.*, row_number() OVER (PARTITION BY f.id
      ORDER BY CASE WHEN f.strength = 'strong' THEN 0 ELSE 1 END, f.at DESC, f.feedback_id DESC) AS place
    FROM feedback f
    WHERE f.retracts IS NULL AND NOT EXISTS (SELECT 1 FROM feedback r WHERE r.retracts = f.feedback_id)
  ) WHERE place = 1
"""

# A ledger without any feedback has no folder for it.
FEEDBACK = (
    "feedback_id string, id string, at timestamp_ntz, actor string, surface string, strength string, "
    "is_category string, was_category string, was_verdict string, retracts string"
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The metrics of postern report on Spark")
    parser.add_argument("--data", required=True, help="folder that postern compact writes")
    parser.add_argument("--sql", required=True, type=Path, help="folder src/lab/sql")
    parser.add_argument("--since", help="records from this moment on (ISO 8601, UTC)")
    parser.add_argument("--until", help="decisions before this moment")
    parser.add_argument("--reference", help="bins that postern report --save-reference wrote")
    parser.add_argument("--metric", action="append", help="name of a file in SQL; all where none is given")
    return parser.parse_args()


def session() -> SparkSession:
    return (
        SparkSession.builder.appName("postern report")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
        .config("spark.sql.parquet.mergeSchema", "true")
        .getOrCreate()
    )


def records(spark: SparkSession, data: str, folder: str, empty: str | None) -> DataFrame:
    """The days of a kind. The folder's day is that of writing; `day` is that of the record."""
    try:
        read = spark.read.parquet(f"{data}/{folder}")
    except AnalysisException as error:
        if empty is None or error.getCondition() != "PATH_NOT_FOUND":
            raise
        read = spark.createDataFrame([], empty)
    micros = f.unix_micros(f.col("at").cast("timestamp"))
    return read.withColumn("day", f.col("at").cast("date")).withColumn("at_seconds", micros / f.lit(1e6))


def between(frame: DataFrame, since: str | None, until: str | None) -> DataFrame:
    if since is not None:
        frame = frame.where(f.col("at") >= f.lit(moment(since)).cast("timestamp_ntz"))
    if until is not None:
        frame = frame.where(f.col("at") < f.lit(moment(until)).cast("timestamp_ntz"))
    return frame


def moment(text: str) -> str:
    """UTC without a zone; a text without a zone is UTC."""
    at = datetime.datetime.fromisoformat(text)
    return (at.astimezone(datetime.timezone.utc).replace(tzinfo=None) if at.tzinfo else at).isoformat(" ")


def make_views(spark: SparkSession, args: argparse.Namespace) -> None:
    decisions = between(records(spark, args.data, "decisions", None), args.since, args.until)
    decisions.createOrReplaceTempView("decisions")
    feedback = between(records(spark, args.data, "feedback", FEEDBACK), args.since, None)
    feedback.createOrReplaceTempView("feedback")
    found = decisions.select("id", "at", f.explode(f.from_json("findings_json", FINDINGS)).alias("f"))
    found.select("id", "at", "f.detector", "f.category", "f.weight", "f.status").createOrReplaceTempView("findings")
    features = f.from_json("features_json", t.MapType(t.StringType(), t.DoubleType()))
    decisions.select("id", "at", f.explode(features).alias("feature", "value")).createOrReplaceTempView(
        "feature_values"
    )
    spark.sql(LABELS).createOrReplaceTempView("labels")
    bins = spark.createDataFrame([], BINS) if args.reference is None else spark.read.schema(BINS).json(args.reference)
    bins.createOrReplaceTempView("reference_bins")


def plain(value: object) -> object:
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value


def main() -> None:
    args = arguments()
    names = args.metric or sorted(path.stem for path in args.sql.glob("*.sql"))
    spark = session()
    try:
        make_views(spark, args)
        rows = {
            name: [
                {column: plain(value) for column, value in row.asDict().items()}
                for row in spark.sql((args.sql / f"{name}.sql").read_text()).collect()
            ]
            for name in names
        }
    finally:
        spark.stop()
    print(json.dumps(rows))


main()
