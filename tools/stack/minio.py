"""MinIO, built from its Go module, with the product's buckets."""

import os
from collections.abc import Mapping
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_s3 import S3Client

from tools.stack.builds import GoProgram, build_go
from tools.stack.server import Launch, Place, Server

PROGRAM = GoProgram("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c")
BUCKETS = ("enterprise-chat-archive", "enterprise-chat-files")
REGION = "us-east-1"
QUICK = Config(
    s3={"addressing_style": "path"}, connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}
)


class MinioServer(Server):
    name = "minio"
    ports = {"s3": 29000}
    secrets = ("s3_access", "s3_secret")
    errors = (BotoCoreError, ClientError)

    def install(self, cache: Path) -> None:
        build_go(PROGRAM, cache)

    def launch(self, place: Place) -> Launch:
        program = PROGRAM.path(place.cache)
        environment = {
            **os.environ,
            "MINIO_ROOT_USER": place.secrets["s3_access"],
            "MINIO_ROOT_PASSWORD": place.secrets["s3_secret"],
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
            "MINIO_REGION": REGION,
        }
        address = f"127.0.0.1:{place.port()}"
        return Launch([str(program), "server", str(place.data), "--quiet", "--address", address], environment)

    def check(self, place: Place) -> None:
        self._client(place).list_buckets()

    def finish(self, place: Place) -> None:
        client = self._client(place)
        present = {bucket.get("Name") for bucket in client.list_buckets().get("Buckets", [])}
        for name in BUCKETS:
            if name not in present:
                client.create_bucket(Bucket=name)

    @staticmethod
    def _client(place: Place) -> S3Client:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{place.port()}",
            aws_access_key_id=place.secrets["s3_access"],
            aws_secret_access_key=place.secrets["s3_secret"],
            region_name=REGION,
            config=QUICK,
        )

    def settings(self, place: Place) -> Mapping[str, str]:
        return {
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{place.port()}",
            "S3_ACCESS_KEY": place.secrets["s3_access"],
            "S3_SECRET_KEY": place.secrets["s3_secret"],
            "S3_REGION": REGION,
        }
