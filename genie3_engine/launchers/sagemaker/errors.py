"""Translate errors of AWS and its libraries into messages with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from genie3_engine.errors import CloudError

UNREACHABLE = "cloud-unreachable"
THROTTLED = "cloud-throttled"
EXPIRED = "cloud-expired"
CREDENTIALS = "cloud-credentials"
DENIED = "cloud-denied"
BUCKET = "cloud-bucket"
ROLE = "cloud-role"
QUOTA = "cloud-quota"
INSTANCE = "cloud-instance-type"
CAPACITY = "cloud-capacity"
GONE = "cloud-gone"
REFUSED = "cloud-refused"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of refusal: how it is recognised, and what the user reads."""

    code: str
    codes: frozenset[str]
    text: re.Pattern[str]
    message: str
    remedy: str


def _kind(code: str, codes: str, text: str, message: str, remedy: str) -> _Kind:
    return _Kind(code, frozenset(codes.split()), re.compile(text, re.I), message, remedy)


_BUCKET_REMEDY = (
    "Choose a --bucket of your own account, or add the permission; `cloud policy` prints all that "
    "is needed."
)
_NOTHING = r"(?!)"
_LOOPBACK = re.compile(r"//(localhost|127\.0\.0\.1|\[::1\])[:/\"]")
_KINDS = (
    _kind(
        EXPIRED,
        "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired",
        r"token .*(has )?expired|expired token",
        "The AWS credentials have expired",
        "Log in again, for example with: aws sso login, and then try again; running jobs continue.",
    ),
    _kind(
        CREDENTIALS,
        "UnrecognizedClientException InvalidClientTokenId InvalidAccessKeyId AuthFailure "
        "SignatureDoesNotMatch InvalidSignatureException MissingAuthenticationToken "
        "IncompleteSignature",
        _NOTHING,
        "AWS does not accept the credentials",
        "Check them with: aws sts get-caller-identity; choose another --profile, or run: "
        "aws configure.",
    ),
    _kind(
        THROTTLED,
        "Throttling ThrottlingException ThrottledException TooManyRequestsException SlowDown "
        "RequestLimitExceeded RequestThrottled ProvisionedThroughputExceededException "
        "PriorRequestNotComplete",
        r"rate exceeded",
        "AWS refuses requests for the moment: there were too many",
        "Wait a minute and try again; running jobs continue.",
    ),
    _kind(
        QUOTA,
        "ResourceLimitExceeded LimitExceededException ServiceQuotaExceededException",
        _NOTHING,
        "Your AWS account may not have so many of these instances",
        "Ask for a higher quota in the AWS console (Service Quotas, SageMaker; spot instances have "
        "quotas of their own), or choose fewer instances or another type.",
    ),
    _kind(
        BUCKET,
        "404 NoSuchBucket PermanentRedirect IllegalLocationConstraintException "
        "InvalidBucketName AuthorizationHeaderMalformed",
        r"no s3 objects found|s3 bucket|could not (access|find).*s3|access denied.*s3://",
        "The S3 bucket cannot be used",
        "Check --bucket: it must exist, in the region of the job; --create-bucket makes it.",
    ),
    _kind(
        ROLE,
        "NoSuchEntity NoSuchEntityException",
        r"rolearn|could not assume role|cannot be assumed|iam:passrole|role .* (is|does) not",
        "SageMaker cannot use the role",
        "Check --role: it must exist, trust sagemaker.amazonaws.com, and you must be allowed to "
        "pass it (iam:PassRole); `cloud policy` prints what is needed.",
    ),
    _kind(
        INSTANCE,
        "",
        r"instance ?type|enum value set: \[ml\.",
        "SageMaker does not have this instance type here",
        "Choose another --instance-type or region.",
    ),
    _kind(
        GONE,
        "ResourceNotFound ResourceNotFoundException NoSuchKey",
        r"requested resource not found|could not find requested",
        "AWS has no record of it any more",
        "Resume the run: what was computed is kept in the bucket.",
    ),
    _kind(
        CAPACITY,
        "InsufficientCapacity InsufficientCapacityException CapacityError "
        "ServiceUnavailable ServiceUnavailableException InternalFailure InternalServerError "
        "InternalError InternalServerException",
        r"capacity ?error|insufficient capacity",
        "AWS cannot serve this for the moment",
        "Try again later, or choose another instance type or region.",
    ),
    _kind(
        DENIED,
        "AccessDenied AccessDeniedException UnauthorizedOperation Forbidden 403 AllAccessDisabled",
        r"is not authorized to perform|access denied",
        "AWS does not allow it",
        "Add the permission to your user or role; `cloud policy` prints all that is needed.",
    ),
)


def translate_error(error: Exception, *, doing: str, about: str = "") -> CloudError:
    """Return what a user reads of an error of AWS's libraries.

    Parameters
    ----------
    error : Exception
        Of botocore, or of the network below it.
    doing : str
        What was being done, such as ``starting the training job``.
    about : str
        The bucket, role or instance type that it was about.

    Returns
    -------
    CloudError
        One sentence, AWS's message, and a remedy; to be raised from ``error``.
    """
    code, text = _code_and_message(error)
    for kind in _KINDS:
        if code in kind.codes or (text and kind.text.search(text)):
            return _refusal(kind, doing, about, text)
    return _of_libraries(error, doing, about) or CloudError(
        f"AWS refused while {doing}{_of(about)}: {_short(text or type(error).__name__)}",
        "Fix the reported problem and try again.",
        code=REFUSED,
    )


def reason(text: str) -> CloudError:
    """Return what a job's ``FailureReason`` means, where the worker itself has not reported it."""
    for kind in _KINDS:
        if kind.code in {CAPACITY, BUCKET, ROLE, DENIED, QUOTA} and (
            kind.text.search(text) or any(code in text for code in kind.codes if len(code) > 8)
        ):
            return CloudError(f"The job failed: {_short(text)}", kind.remedy, code=kind.code)
    return CloudError(
        f"The job failed: {_short(text) or 'no reason is given.'}",
        "Look at the log, and resume the run to compute what is missing.",
        code=REFUSED,
    )


@contextmanager
def refusals(doing: str, *, about: str = "") -> Iterator[None]:
    """Turn what AWS's libraries raise into `CloudError`; see `translate_error`.

    Parameters
    ----------
    doing : str
        What is being done.
    about : str
        The bucket, role or instance type that it is about.

    Raises
    ------
    CloudError
        In place of the library's error.
    """
    import botocore.exceptions as vendor
    from boto3.exceptions import Boto3Error

    try:
        yield
    except (vendor.BotoCoreError, vendor.ClientError, Boto3Error, vendor.HTTPClientError) as error:
        raise translate_error(error, doing=doing, about=about) from error


def _refusal(kind: _Kind, doing: str, about: str, text: str) -> CloudError:
    message = f" AWS's message: {_short(text)}" if text else ""
    if kind.code == DENIED and about.startswith("bucket "):
        return CloudError(
            f"You may not use the S3 {about} ({doing}).{message}", _BUCKET_REMEDY, code=BUCKET
        )
    return CloudError(
        f"{kind.message}{_of(about)} ({doing}).{message}", kind.remedy, code=kind.code
    )


def _of_libraries(error: Exception, doing: str, about: str) -> CloudError | None:
    """Judge what the libraries raise before AWS has answered."""
    import botocore.exceptions as vendor

    name = type(error).__name__
    if isinstance(error, vendor.NoCredentialsError | vendor.PartialCredentialsError):
        return CloudError(
            f"There are no AWS credentials on this machine ({doing}).",
            "Run: aws configure sso (or aws configure), choose a --profile that has some, or try "
            "the emulator first.",
            code=CREDENTIALS,
        )
    if isinstance(error, vendor.ProfileNotFound):
        return CloudError(
            str(error) + ".", "Choose a profile of ~/.aws/config with --profile.", code=CREDENTIALS
        )
    if isinstance(error, vendor.NoRegionError):
        return CloudError(
            "No AWS region is given.", "Give --region, such as us-east-1.", code="cloud-region"
        )
    if isinstance(error, vendor.TokenRetrievalError | vendor.SSOError):
        return CloudError(
            f"The AWS log-in has expired ({doing}).", "Run: aws sso login.", code=EXPIRED
        )
    unreachable = vendor.HTTPClientError | vendor.ConnectionError | vendor.IncompleteReadError
    if isinstance(error, unreachable) and _LOOPBACK.search(str(error)):
        return CloudError(
            f"The emulator does not answer ({doing}): {_short(str(error))}",
            "Start it with: make emulator; or give its address.",
            code=UNREACHABLE,
        )
    if isinstance(error, unreachable):
        return CloudError(
            f"AWS cannot be reached ({doing}): {_short(str(error))}",
            "Check the network and the proxy, and try again; running jobs continue.",
            code=UNREACHABLE,
        )
    if name in {"ParamValidationError", "S3UploadFailedError"}:
        return CloudError(
            f"AWS refused while {doing}{_of(about)}: {_short(str(error))}",
            "Fix the reported problem and try again.",
            code=REFUSED,
        )
    return None


def _code_and_message(error: Exception) -> tuple[str, str]:
    """Return AWS's code and message; a transfer's error carries the client's as its cause."""
    answer = getattr(error, "response", None)
    if answer is None and error.__cause__ is None and error.__context__ is not None:
        answer = getattr(error.__context__, "response", None)
    if not isinstance(answer, dict):
        return "", ""
    error_of_aws = answer.get("Error", {})
    return str(error_of_aws.get("Code", "")), str(error_of_aws.get("Message", ""))


def _of(about: str) -> str:
    return f": {about}" if about else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 400 else text[:399] + "…"
