"""Looking for a word in whole stores, past the product: each function says where it stands, with counts."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import httpx
import psycopg
from neo4j import GraphDatabase
from psycopg import sql
from redis import Redis

_AT_ONCE = 500
Found = Counter[str]


def everywhere(settings: Mapping[str, str], home: Path, word: str) -> dict[str, Found]:
    """Look through every store of an installation, those without the word left out."""
    found = {
        "postgres": in_postgres(settings["DATABASE_URL"], word),
        "redis": in_redis(settings["REDIS_URL"], word) + in_redis(settings["CELERY_BROKER_URL"], word),
        "minio": in_minio(settings, word),
        "weaviate": in_weaviate(settings, word),
        "neo4j": in_neo4j(settings, word),
        "files": in_files(home, word),
    }
    return {store: places for store, places in found.items() if places}


def in_postgres(url: str, word: str) -> Found:
    """Read every row of every table, as a dump would write it; bytes are written there in hexadecimal."""
    found: Found = Counter()
    forms = [f"%{form}%" for form in (word, word.encode().hex(), json.dumps(word)[1:-1])]
    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            asked = sql.SQL("SELECT count(*) FROM {name} AS t WHERE t::text ILIKE ANY(%s)")
            row = database.execute(asked.format(name=sql.Identifier(table)), [forms]).fetchone()
            found[table] += row[0] if row else 0
    return +found


def in_redis(url: str, word: str) -> Found:
    """Read every key of every database of the server, whatever is in it."""
    found: Found = Counter()
    with closing(Redis.from_url(url)) as server:
        for name in server.info("keyspace"):
            with closing(Redis.from_url(url, db=int(str(name).removeprefix("db")))) as database:
                for key in database.scan_iter(count=_AT_ONCE):
                    said = key + _content(database, key)
                    found[key.decode(errors="replace").split(":")[0]] += word.encode() in said
    return +found


def _content(database: Any, key: bytes) -> bytes:
    read = {
        b"string": lambda: database.get(key),
        b"list": lambda: database.lrange(key, 0, -1),
        b"set": lambda: database.smembers(key),
        b"zset": lambda: database.zrange(key, 0, -1),
        b"hash": lambda: database.hgetall(key),
        b"stream": lambda: database.xrange(key),
    }
    return _joined(read.get(database.type(key), lambda: b"")())


def _joined(value: Any) -> bytes:
    if isinstance(value, Mapping):
        return b" ".join(_joined(each) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple | set):
        return b" ".join(map(_joined, value))
    return value if isinstance(value, bytes) else str(value or "").encode()


def in_minio(settings: Mapping[str, str], word: str) -> Found:
    """Read every object of every bucket, with its name."""
    client = boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT_URL"],
        aws_access_key_id=settings["S3_ACCESS_KEY"],
        aws_secret_access_key=settings["S3_SECRET_KEY"],
        region_name="us-east-1",
    )
    found: Found = Counter()
    with closing(client):
        for bucket in (each["Name"] for each in client.list_buckets()["Buckets"]):
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for line in page.get("Contents", ()):
                    with closing(client.get_object(Bucket=bucket, Key=line["Key"])["Body"]) as body:
                        found[bucket] += word in f"{line['Key']} {body.read().decode(errors='replace')}"
    return +found


def in_weaviate(settings: Mapping[str, str], word: str) -> Found:
    """Read every object of every collection and tenant."""
    headers = {"Authorization": f"Bearer {settings['WEAVIATE_API_KEY']}"}
    found: Found = Counter()
    with httpx.Client(base_url=settings["WEAVIATE_URL"], headers=headers, timeout=60) as server:
        for kind in (each["class"] for each in _json(server, "/v1/schema")["classes"]):
            for tenant in (each["name"] for each in _json(server, f"/v1/schema/{kind}/tenants")):
                for each in _objects(server, kind, tenant):
                    found[kind] += word in json.dumps(each, ensure_ascii=False)
    return +found


def _objects(server: httpx.Client, kind: str, tenant: str) -> Iterator[Any]:
    after = ""
    while True:
        cursor = f"&after={after}" if after else ""
        asked = f"/v1/objects?class={kind}&tenant={tenant}&limit={_AT_ONCE}{cursor}"
        page = _json(server, asked)["objects"]
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = page[-1]["id"]


def _json(server: httpx.Client, path: str) -> Any:
    return server.get(path).raise_for_status().json()


def in_neo4j(settings: Mapping[str, str], word: str) -> Found:
    """Read every property of every node and of every edge."""
    auth = (settings["NEO4J_USER"], settings["NEO4J_PASSWORD"])
    found: Found = Counter()
    with GraphDatabase.driver(settings["NEO4J_URI"], auth=auth) as driver:
        for record in driver.execute_query(
            "MATCH (n) RETURN labels(n)[0] AS name, properties(n) AS said"
        ).records:
            found[record["name"]] += word in str(record["said"])
        for record in driver.execute_query(
            "MATCH ()-[r]->() RETURN type(r) AS name, properties(r) AS said"
        ).records:
            found[record["name"]] += word in str(record["said"])
    return +found


def in_files(folder: Path, word: str) -> Found:
    """Read every file below the folder, with its name: logs among them."""
    return Counter(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and (word in str(path) or word.encode() in path.read_bytes())
    )
