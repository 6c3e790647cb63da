"""Errors for users: a message, a remedy and a code."""

from __future__ import annotations


class Genie3Error(Exception):
    """A failure that a user can understand and fix.

    Parameters
    ----------
    message : str
        What is wrong and where: the value, the row or column, the file.
    remedy : str
        What to do about it, as an instruction.
    code : str, optional
        A stable, machine-readable name; the class's own by default.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """Return message and remedy on one line."""
        text = f"{self.message} {self.remedy}" if self.remedy else self.message
        return " ".join(text.split())

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild the error with all its parts when it crosses a process boundary."""
        return (_rebuild, (type(self), self.message, self.remedy, self.code))


def _rebuild(kind: type[Genie3Error], message: str, remedy: str, code: str) -> Genie3Error:
    return kind(message, remedy, code=code)


class InputError(Genie3Error):
    """A file or a table that cannot be used as it is."""

    code = "input"
    exit_code = 2


class OptionError(Genie3Error):
    """A setting that makes no sense, alone or with the others."""

    code = "option"
    exit_code = 2


class RunError(Genie3Error):
    """A run folder that is not what was expected: foreign, incomplete, damaged."""

    code = "run"
    exit_code = 2


class CloudError(Genie3Error):
    """A cloud that refuses, or cannot be reached; what was computed so far stays resumable."""

    code = "cloud"
    exit_code = 1


class StorageError(Genie3Error):
    """A disk that is full or may not be written; what was computed so far stays resumable."""

    code = "storage"
    exit_code = 1


class LimitError(Genie3Error):
    """A limit of the server that is reached; nothing that is stored or at work is touched."""

    code = "limit"
    exit_code = 1


class RunInterruptedError(Genie3Error):
    """A run that was asked to stop; what was computed so far stays resumable."""

    code = "interrupted"
    exit_code = 130
