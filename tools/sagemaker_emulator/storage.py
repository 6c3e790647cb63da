"""Transfer a job's files and log lines to S3 and CloudWatch, and back."""

from __future__ import annotations

import io
import subprocess
import tarfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tools.sagemaker_emulator.jobs import REGION

LOG_GROUP = "/aws/sagemaker/TrainingJobs"


class MissingObjectsError(Exception):
    """There is nothing below an address."""


def client(service: str, endpoint: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Return a client of this very server."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="emulator",
        aws_secret_access_key="emulator",
    )


class Storage:
    """S3, as a job's hosts use it.

    Parameters
    ----------
    endpoint : str
        The server's address.
    """

    def __init__(self, endpoint: str) -> None:
        self._s3 = client("s3", endpoint)
        self._uploaded: dict[Path, tuple[int, int]] = {}

    def download(
        self, uri: str, folder: Path, *, share: tuple[int, int] = (0, 1), must_exist: bool = True
    ) -> None:
        """Copy what lies below an address into a folder.

        Parameters
        ----------
        uri : str
            ``s3://bucket/prefix``.
        folder : Path
            Made when it is not there.
        share : (int, int)
            Position and number of those who share the objects out; by default all come.
        must_exist : bool
            Whether nothing below the address is an error.

        Raises
        ------
        MissingObjectsError
            When nothing is there.
        """
        bucket, prefix = _split(uri)
        keys = [key for key in self._keys(bucket, prefix) if not key.endswith("/")]
        if must_exist and not keys:
            raise MissingObjectsError(f'No S3 objects found under S3 URL "{uri}" given in input')
        folder.mkdir(parents=True, exist_ok=True)
        position, n_shares = share
        for key in keys[position::n_shares]:
            name = key.removeprefix(prefix).lstrip("/") or key.rsplit("/", 1)[-1]
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            self._s3.download_file(bucket, key, str(file))

    def upload_changed(self, folder: Path, uri: str) -> None:
        """Copy the files that are new or changed since the last time below an address."""
        bucket, prefix = _split(uri)
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            try:
                facts = file.stat()
                seen = facts.st_mtime_ns, facts.st_size
                if self._uploaded.get(file) == seen:
                    continue
                name = file.relative_to(folder).as_posix()
                self._s3.put_object(
                    Bucket=bucket, Key=f"{prefix.rstrip('/')}/{name}", Body=file.read_bytes()
                )
            except FileNotFoundError:  # renamed or removed meanwhile
                continue
            self._uploaded[file] = seen

    def upload_archive(self, folders: Iterable[Path], uri: str) -> None:
        """Write the files of some folders as one archive; of the same name, the last one stays."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for folder in folders:
                for file in sorted(each for each in folder.rglob("*") if each.is_file()):
                    archive.add(file, file.relative_to(folder).as_posix())
        bucket, key = _split(uri)
        self._s3.put_object(Bucket=bucket, Key=key, Body=buffer.getvalue())

    def _keys(self, bucket: str, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))


class LogStream:
    """One host's stream in the log group of training jobs.

    Parameters
    ----------
    endpoint : str
        The server's address.
    name : str
        Such as ``job/algo-1-1700000000``.
    """

    def __init__(self, endpoint: str, name: str) -> None:
        self._logs = client("logs", endpoint)
        self._name = name
        try:
            self._logs.create_log_group(logGroupName=LOG_GROUP)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        self._logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=name)

    def follow(self, process: subprocess.Popen[str]) -> None:
        """Write each line of a process's output, until it ends."""
        if process.stdout is None:
            return
        for line in process.stdout:
            message = line.rstrip("\n") or " "  # the service takes no empty message
            self._logs.put_log_events(
                logGroupName=LOG_GROUP,
                logStreamName=self._name,
                logEvents=[{"timestamp": int(time.time() * 1000), "message": message}],
            )


def _split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
