"""Measure the columns of a table of links: names, numbers, counts, signs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genie3_engine.data.io.text.cell_values import is_missing, number, without_groups
from genie3_engine.data.link_words import HeaderRole, Role, role_of_header

_FEWEST_P_VALUES, _LOW_P, _HIGH_P, _TINY_P, _EVEN = 30, 0.01, 0.95, 1e-8, 0.6
_CUT_AT, _HIGH_OF_CUT, _END_OF_CUT = (0.1, 0.05, 0.01, 0.001), 0.9, 0.05  # usual levels
Floats = npt.NDArray[np.float64]
_WHOLE = re.compile(r"^([+-]?\d+)\.0+$")
_FEW = 50
TRUE_WORDS = frozenset(["1", "true", "t", "yes", "y", "edge", "link", "positive", "present"])
FALSE_WORDS = frozenset(
    {"0", "false", "f", "no", "n", "none", "negative", "absent", "no edge", "no_edge", "no link"}
)
SIGN_WORDS = frozenset(
    (  # noqa: SIM905 -- a list of words is read best as one
        "+ - ? +- -+ +/- 0 1 -1 activation repression activates represses activator repressor "
        "unknown activated repressed inhibition inhibits stimulation up down positive negative "
        "dual regulates act rep expression stimulates induces inhibitor inducer "
        "both regulation"
    ).split()
)


@dataclass(frozen=True, eq=False)
class LinkColumn:
    """One column of a table of links.

    Parameters
    ----------
    name : str
        Its header; empty without one.
    place : int
        From 0.
    texts : pyarrow.StringArray
        Its distinct texts, without space around them.
    codes : (n_rows,) int
        For each row the position of its text in ``texts``.
    is_whole : bool
        Whether these are all rows of the file.
    has_header : bool
        Whether the table has a header; the column's own may be empty.
    is_true : (n_rows,) bool or None
        Rows that are links, where another column distinguishes them.
    is_repeated : bool
        Whether another column has the same header.
    """

    name: str
    place: int
    texts: pa.StringArray
    codes: npt.NDArray[np.int64]
    is_whole: bool = True
    has_header: bool = False
    is_true: npt.NDArray[np.bool_] | None = None
    is_repeated: bool = False

    @classmethod
    def of(
        cls, cells: pa.ChunkedArray | pa.Array, place: int, name: str | None, *, is_whole: bool
    ) -> LinkColumn:
        """Return the column of Arrow's cells; without a name the table has no header."""
        if isinstance(cells, pa.ChunkedArray):
            cells = cells.combine_chunks()
        if isinstance(cells, pa.DictionaryArray) and not _is_text(cells.type.value_type):
            cells = cells.dictionary_decode()
        if not isinstance(cells, pa.DictionaryArray):
            cells = cells.cast(pa.string()).dictionary_encode()
        texts, codes = cells.dictionary, cells.indices
        if cells.indices.null_count or not _are_stripped(texts):
            texts, codes = _distinct(cells)
        codes = codes.to_numpy(zero_copy_only=False).astype(np.int64)
        is_used = np.bincount(codes, minlength=len(texts)) > 0
        if not is_used.all():
            texts = texts.filter(pa.array(is_used))
            codes = (np.cumsum(is_used) - 1)[codes]
        return cls(name or "", place, texts, codes, is_whole, name is not None)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Return its distinct texts."""
        return tuple(self.texts.to_pylist())

    @property
    def label(self) -> str:
        """Return what to call the column."""
        if not self.name:
            return str(self.place + 1)
        return f"'{self.name}' ({self.place + 1})" if self.is_repeated else f"'{self.name}'"

    @property
    def option(self) -> str:
        """Return how the user names it: by header, or by number where that is not unique."""
        return str(self.place + 1) if self.is_repeated or not self.name else self.name

    @cached_property
    def header(self) -> HeaderRole:
        """Return what its header means; nothing where the table has none."""
        return role_of_header(self.name) if self.has_header else HeaderRole(Role.NONE)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return its distinct texts that are not missing."""
        return frozenset(value for value in self.values if value)

    @cached_property
    def n_linked(self) -> int:
        """Return how many of its names are in a link."""
        if self.is_true is None or not self.is_true.any():
            return len(self.names)
        return len(np.unique(self.codes[self.is_true]))

    @cached_property
    def is_cut_short(self) -> bool:
        """Return whether the first rows have only some of its names, because rows are grouped."""
        n_runs = 1 + int(np.count_nonzero(np.diff(self.codes)))
        return not self.is_whole and n_runs < 2 * len(self.texts)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return its distinct texts in small letters; numbers such as 1.0 become whole."""
        return frozenset(self._words())

    def _words(self) -> Iterator[str]:
        for value in self.values:
            if not is_missing(value) or value in {"-", "?"}:
                yield word_of(value)

    @cached_property
    def has_two_words(self) -> bool:
        """Return whether there are two `words`; fast where there are many."""
        found: set[str] = set()
        for word in self._words():
            found.add(word)
            if len(found) > 2:
                return False
        return len(found) == 2

    @cached_property
    def numbers(self) -> Floats:
        """Return its distinct texts as numbers; NaN where they are not numbers."""
        with contextlib.suppress(ValueError):  # Arrow is ten times faster, and knows fewer ways
            found: Floats = self.texts.cast(pa.float64()).to_numpy()
            return found
        try:
            return np.fromiter(map(float, self.values), np.float64, len(self.values))
        except ValueError:
            numbers = (number(value) for value in self.values)
            return np.array([np.nan if each is None else each for each in numbers], np.float64)

    @cached_property
    def is_numeric(self) -> bool:
        """Return whether all texts that are not missing are numbers."""
        if any(map(_is_word, self.texts[:_FEW].to_pylist())):
            return False
        if np.all(np.isfinite(self.numbers)):
            return bool(len(self.texts))
        texts = [value for value in self.values if not is_missing(value)]
        return bool(texts) and all(number(value) is not None for value in texts)

    @cached_property
    def is_mostly_numeric(self) -> bool:
        """Return whether a column of numbers may be damaged: half of its texts are numbers."""
        if self.is_numeric:
            return True
        texts = [value for value in self.values if not is_missing(value)]
        n_numbers = sum(number(without_groups(text) or text) is not None for text in texts)
        return bool(n_numbers) and 2 * n_numbers >= len(texts)

    @cached_property
    def finite(self) -> Floats:
        """Return its distinct numbers."""
        return self.numbers[np.isfinite(self.numbers)]

    @cached_property
    def is_whole_numbers(self) -> bool:
        """Return whether it has whole numbers only."""
        return self.is_numeric and bool(np.all(self.finite == np.rint(self.finite)))

    @cached_property
    def is_count(self) -> bool:
        """Return whether it numbers the rows: whole numbers from 0 or 1, each once."""
        if not self.is_whole_numbers or len(self.texts) < max(3, len(self.codes)):
            return False
        first, last = int(self.finite.min()), int(self.finite.max())
        return first in (0, 1) and last - first + 1 <= 1.1 * len(self.codes) + 1

    @cached_property
    def may_have_names(self) -> bool:
        """Return whether it can be a column of genes."""
        if self.is_numeric:
            is_code = self.is_whole_numbers and bool(np.all(self.finite >= 0))
            return is_code and not self.is_count and len(self.names) > 1
        return bool(self.names)

    @cached_property
    def is_sign(self) -> bool:
        """Return whether it has words or numbers for activation and repression only."""
        has_words = False
        for word in self._words():  # of most columns the first word ends this
            if word not in SIGN_WORDS:
                return False
            has_words = True
        return has_words

    @cached_property
    def p_limit(self) -> float:
        """Return the largest p-value that may have been kept: 1, 0.05, ...; 0 without p-values.

        P-values fill the range up to the end, which weights seldom do.
        """
        found = self.finite
        if len(found) < _FEWEST_P_VALUES or found.min() < 0:
            return 0.0
        highest = float(found.max())
        if _HIGH_P < highest <= 1:
            return 1.0 if found.min() < _LOW_P else 0.0
        return next((cut for cut in _CUT_AT if _HIGH_OF_CUT * cut < highest <= cut), 0.0)

    @cached_property
    def look_like_p_values(self) -> bool:
        """Return whether many of the numbers are near 0, and the others evenly distributed."""
        if not self.p_limit:
            return False
        numbers = self.numbers[self.codes]
        numbers = numbers[np.isfinite(numbers)] / self.p_limit
        middle = float(np.mean((numbers >= 0.4) & (numbers < 0.7)))
        end = float(np.mean(numbers >= 0.7))
        least = float(np.min(numbers[numbers > 0]))
        is_near = float(np.mean(numbers < 0.05)) >= 0.1 or least < _TINY_P
        is_even = end >= _EVEN * middle > 0
        return is_near and is_even and (self.p_limit == 1 or end >= _END_OF_CUT)

    def trend(self) -> int:
        """Return 1 where its numbers never rise from row to row, -1 where they never fall."""
        numbers = self.numbers[self.codes]
        steps = np.diff(numbers[np.isfinite(numbers)])
        if not np.any(steps):
            return 0
        return 1 if np.all(steps <= 0) else -1 if np.all(steps >= 0) else 0

    def share_of_rows(self, is_value: npt.NDArray[np.bool_]) -> float:
        """Return the share of rows whose text is one of some, given by position in ``texts``."""
        return float(np.mean(is_value[self.codes])) if len(self.codes) else 0.0


def word_of(text: str) -> str:
    """Return a text in small letters; a number such as +1.0 becomes whole."""
    return _WHOLE.sub(r"\1", text.lower()).lstrip("+") or "+"


def _is_word(text: str) -> bool:
    """Return whether a text is there and is not a number in any way."""
    try:
        float(text)
    except ValueError:
        return not is_missing(text) and number(text) is None
    return False


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _are_stripped(texts: pa.Array) -> bool:
    """Return whether all texts are there and of visible ASCII signs, without any space."""
    if texts.null_count or not pa.types.is_string(texts.type):
        return False
    content = texts.buffers()[2]
    signs = np.frombuffer(content or b"", np.uint8)
    return not len(signs) or bool(signs.min() > ord(" ") and signs.max() <= ord("~"))


def _distinct(cells: pa.DictionaryArray) -> tuple[pa.StringArray, pa.Int64Array]:
    """Return the distinct texts without space around them, and the position of each row's."""
    texts = ["" if text is None else text.strip() for text in cells.dictionary.to_pylist()]
    codes = cells.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    texts.append("")
    distinct = tuple(dict.fromkeys(texts))
    places = {text: i for i, text in enumerate(distinct)}
    return (
        pa.array(distinct, pa.string()),
        pa.array(np.array([places[text] for text in texts], np.int64)[codes]),
    )
