"""Read and write files in an S3 bucket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError
from genie3_engine.jobs import atomic_write
from genie3_engine.launchers.sagemaker.client import account_of, bucket_name, client_of, session_of
from genie3_engine.launchers.sagemaker.errors import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

_DELETED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the bucket.

    Parameters
    ----------
    key : str
        Its key.
    n_bytes : int
        Its size.
    tag : str
        A hash of its content, as S3 computes it.
    """

    key: str
    n_bytes: int
    tag: str


class Bucket:
    """A bucket, and what may be done with it.

    Parameters
    ----------
    session : boto3.Session
        Whose.
    name : str
        The bucket's name.
    kms_key : str
        Encrypts what is uploaded; the bucket's own rule when empty.
    """

    def __init__(self, session: Any, name: str, *, kms_key: str = "") -> None:  # noqa: ANN401
        self._session = session
        self.name = name
        self._s3 = client_of(session, "s3")
        self._about = f"bucket {name}"
        self._extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}

    def uri(self, key: str) -> str:
        """Return the address of a file or a folder."""
        return f"s3://{self.name}/{key}"

    def check(self, prefix: str, *, owner: str = "") -> None:
        """Refuse a bucket that is not there, or whose folder the user may not look into.

        Parameters
        ----------
        prefix : str
            The folder.
        owner : str
            The account whose bucket it must be; any when empty.
        """
        expected = {"ExpectedBucketOwner": owner} if owner else {}
        with refusals("looking into it", about=self._about):
            self._s3.list_objects_v2(Bucket=self.name, Prefix=f"{prefix}/", MaxKeys=1, **expected)

    def is_closed(self) -> bool | None:
        """Return whether public access to the bucket is blocked; None when unknown."""
        import botocore.exceptions

        try:
            found = self._s3.get_public_access_block(Bucket=self.name)
        except botocore.exceptions.ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            return False if code == "NoSuchPublicAccessBlockConfiguration" else None
        return all(found["PublicAccessBlockConfiguration"].values())

    def create(self) -> None:
        """Make the bucket, closed to the public, encrypted, and reached through TLS only."""
        region = self._session.region_name
        where = (
            {}
            if region == "us-east-1"
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        already = self._s3.exceptions.BucketAlreadyOwnedByYou
        with refusals("making it", about=self._about):
            try:
                self._s3.create_bucket(Bucket=self.name, **where)
            except already:
                return
            self._s3.put_public_access_block(
                Bucket=self.name,
                PublicAccessBlockConfiguration={
                    "BlockPublicAcls": True,
                    "IgnorePublicAcls": True,
                    "BlockPublicPolicy": True,
                    "RestrictPublicBuckets": True,
                },
            )
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            self._s3.put_bucket_encryption(
                Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": [rule]}
            )
            if str(self._s3.meta.endpoint_url).startswith("https:"):  # an emulator has no TLS
                policy = json.dumps(self._tls_only())
                self._s3.put_bucket_policy(Bucket=self.name, Policy=policy)

    def holds(self, key: str) -> bool:
        """Return whether a file is there; this takes no other permission than to list."""
        return any(stored.key == key for stored in self.list(key))

    def put(self, key: str, content: bytes) -> None:
        """Write a small file."""
        with refusals("uploading", about=self._about):
            self._s3.put_object(Bucket=self.name, Key=key, Body=content, **self._extra)

    def upload(self, key: str, path: Path) -> None:
        """Write a file of any size."""
        with refusals("uploading", about=self._about):
            self._s3.upload_file(str(path), self.name, key, ExtraArgs=dict(self._extra))

    def read(self, key: str) -> bytes:
        """Return a small file's content."""
        with refusals("reading", about=self._about):
            content: bytes = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def download(self, key: str, path: Path) -> None:
        """Bring a file here; it appears whole or not at all."""
        with refusals("downloading", about=self._about), atomic_write.written_aside(path) as aside:
            self._s3.download_file(self.name, key, str(aside))

    def list(self, prefix: str) -> Iterator[Stored]:
        """Yield the files in a folder, by key."""
        with refusals("listing it", about=self._about):
            pages = self._s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.name, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield Stored(found["Key"], int(found["Size"]), found.get("ETag", ""))

    def delete(self, keys: Iterable[str]) -> int:
        """Delete files, and return how many."""
        doomed = list(keys)
        with refusals("deleting", about=self._about):
            for first in range(0, len(doomed), _DELETED_AT_ONCE):
                names = [{"Key": key} for key in doomed[first : first + _DELETED_AT_ONCE]]
                answer = self._s3.delete_objects(
                    Bucket=self.name, Delete={"Objects": names, "Quiet": True}
                )
                _refuse_left(answer)
        return len(doomed)

    def _tls_only(self) -> dict[str, Any]:
        arn = f"arn:{_partition(self._session)}:s3:::{self.name}"
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "OnlyThroughTls",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [arn, f"{arn}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }


def usable_bucket(options: SageMakerOptions) -> Bucket:
    """Return the bucket of a run, made when it is not there and may be.

    Parameters
    ----------
    options : SageMakerOptions
        Settled: region and bucket are known.

    Raises
    ------
    CloudError
        When it cannot be used. One with the usual name must be the account's own: anyone could
        have made a bucket of that name first, to read what arrives there.
    """
    bucket = Bucket(session_of(options), options.bucket, kms_key=options.kms_key)
    owner = ""
    if options.bucket.startswith("genie3-"):
        account = account_of(options)
        owner = account if options.bucket == bucket_name(account, options.region) else ""
    try:
        bucket.check(options.prefix, owner=owner)
    except CloudError as error:
        may_make = options.create_bucket or options.is_emulator
        if not (may_make and is_absent(error)):
            raise
        bucket.create()
    return bucket


def is_absent(error: CloudError) -> bool:
    """Return whether a bucket was refused because there is none of that name."""
    answer = getattr(error.__cause__, "response", None) or {}
    return bool(answer.get("Error", {}).get("Code") == "NoSuchBucket")


def _partition(session: Any) -> str:  # noqa: ANN401 -- boto3's
    return str(session.get_partition_for_region(session.region_name))


def _refuse_left(answer: dict[str, Any]) -> None:
    """Refuse to call deleted what was not."""
    import botocore.exceptions

    for error in answer.get("Errors", []):
        raise botocore.exceptions.ClientError({"Error": error}, "DeleteObjects")
