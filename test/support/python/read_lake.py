"""Reads a lake with pyarrow, pandas and DuckDB; prints, as JSON, what types, sums and rows they find."""

import json
import sys
from pathlib import Path

import duckdb
import pandas
import pyarrow
import pyarrow.dataset

folder = Path(sys.argv[1])
kinds = sys.argv[2:]


def plain(value):
    if value is None or value is pandas.NaT:
        return None
    if isinstance(value, pandas.Timestamp):
        value = value.to_pydatetime()
    if hasattr(value, "tzinfo"):
        assert value.utcoffset().total_seconds() == 0
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if isinstance(value, (bool, int, float)) else str(value)


found = {}
for kind in kinds:
    dataset = pyarrow.dataset.dataset(folder / kind, format="parquet", partitioning="hive")
    table = dataset.to_table()
    frame = pandas.read_parquet(folder / kind)
    files = str(folder / kind / "**" / "*.parquet")
    relation = f"read_parquet('{files}', hive_partitioning = true)"
    duck = duckdb.connect()
    duck.execute("set timezone = 'UTC'")
    decimals = [field.name for field in table.schema if pyarrow.types.is_decimal(field.type)]
    sums = ", ".join(f"sum({name})::varchar" for name in decimals)
    counted = duck.execute(f"select count(*)::int{', ' + sums if sums else ''} from {relation}").fetchone()
    described = {name: kind for name, kind, *_ in duck.execute(f"describe select * from {relation}").fetchall()}
    assert len(frame) == table.num_rows == counted[0]
    found[kind] = {
        "arrow": {field.name: str(field.type) for field in table.schema},
        "duckdb": described,
        "sums": dict(zip(decimals, counted[1:])),
        "rows": [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()],
    }
    by_duck = duck.execute(f"select * from {relation}")
    names = [column[0] for column in by_duck.description]
    rows = [dict(zip(names, (plain(value) for value in row))) for row in by_duck.fetchall()]
    def in_order(these):
        return sorted(json.dumps(row, sort_keys=True) for row in ({**each, "day": str(each.get("day"))} for each in these))
    assert in_order(rows) == in_order(found[kind]["rows"])

print(json.dumps(found))
