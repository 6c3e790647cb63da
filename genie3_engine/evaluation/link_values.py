"""Decide which column of a table of links is its score, and which of a gold standard its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.io.text.cell_values import is_missing, number
from genie3_engine.data.link_words import Role, score_preference
from genie3_engine.evaluation.link_columns import (
    FALSE_WORDS,
    TRUE_WORDS,
    LinkColumn,
    word_of,
)
from genie3_engine.evaluation.link_roles import LinkFile, Pair

_AS_RANKING = {1: 2.0, -1: 1.0, 0: 0.0}  # rows that fall are most like a ranking
_COMPLETE = 0.9
_FEW = 20
_MOSTLY = 0.5
_COMPLETE_LIST = "The file lists every pair of its regulators and genes."
_NOT = ("un", "non", "non-", "not ", "not_", "no ", "no_", "in")


class Order(StrEnum):
    """Which scores are the best."""

    LARGEST = "largest first"
    SMALLEST = "smallest first"
    SIZE = "largest size first, whatever the sign"
    SIGNED = "signed"  # by size where both signs occur, else the largest first


def has_both_signs(low: float, high: float, share_negative: float) -> bool:
    """Return whether negative scores are weights of repression and not noise around zero.

    Parameters
    ----------
    low, high : float
        The smallest and the largest score.
    share_negative : float
        Share of the scores that are negative.
    """
    return low < 0 < high and -low > 0.05 * high and share_negative > 0.01


@dataclass(frozen=True)
class Score:
    """The score of the links.

    Parameters
    ----------
    column : LinkColumn or None
        Its column; None where the order of the rows is the ranking.
    order : Order
        Which scores are the best.
    decision : Decision or None
        What was taken for what.
    """

    column: LinkColumn | None
    order: Order
    decision: Decision | None = None


@dataclass(frozen=True)
class Label:
    """The label of a gold standard's pairs.

    Parameters
    ----------
    column : LinkColumn or None
        Its column; None where every listed pair is a link.
    false : frozenset of str
        The texts that mark a pair without a link.
    decision : Decision or None
        What was taken for what.
    """

    column: LinkColumn | None
    false: frozenset[str] = frozenset()
    decision: Decision | None = None


def find_score(file: LinkFile, pair: Pair) -> Score:
    """Decide which column is the score of the links, and which scores are the best.

    Parameters
    ----------
    file : LinkFile
        The table.
    pair : Pair
        Its columns of regulators and targets.

    Returns
    -------
    Score
        A name that is known wins, importance before p-value; else the first column of numbers.
        Ranks win where the rows are in their order, and not in that of another score.
    """
    wanted = _wanted_score(file)
    if wanted is not None:
        return wanted
    columns = [
        column
        for column in file.columns
        if column.place not in (pair.regulator.place, pair.target.place)
        and column.is_mostly_numeric
        and column.header.role is not Role.INDEX
    ]
    columns = [c for c in columns if not _numbers_the_rows(c)]
    ranked = sorted(columns, key=_score_worth, reverse=True)
    ranked = [c for c in ranked if c.header.role not in (Role.OTHER, Role.SIGN)] or [
        c for c in ranked if c.header.role is Role.SIGN and len(c.names) > 3
    ]
    if not ranked:
        return Score(None, Order.LARGEST, _no_score(file))
    best = _ranking_of_rows(ranked) or ranked[0]
    order, reason = _order_of(best)
    rivals = [c for c in ranked[1:] if _score_worth(c)[:2] == _score_worth(best)[:2]]
    is_unknown = best.header.role is Role.NONE and bool(best.name)
    if not is_unknown:  # two columns of the same word, such as importance_TF2G and importance_R2G
        rivals = [c for c in rivals if _score_worth(c)[3] == _score_worth(best)[3]]
    trend = best.trend()
    alternatives: list[Alternative] = []
    if trend == -1 and best.header.role is Role.NONE and len(best.names) > _FEW:
        order, reason = Order.SMALLEST, "the rows are in that order"
        alternatives.append(Alternative("The largest first", {file.option: f"score={best.option}"}))
    elif trend == 0 and best.header.role is Role.NONE and best.p_limit:
        if order is Order.SMALLEST:
            alternatives.append(
                Alternative("The largest first", {file.option: f"score={best.option}"})
            )
        else:
            reason = f"its numbers are from 0 to {best.p_limit:g}, and may be p-values"
            alternatives.append(
                Alternative("The smallest first", {file.option: f"rank={best.option}"})
            )
    doubts = trend == -1 and order in (Order.LARGEST, Order.SIGNED) and len(best.names) > 2
    if doubts:
        reason += ", although " * bool(reason) + "the rows are in the reverse order"
        alternatives.append(Alternative("The smallest first", {file.option: f"rank={best.option}"}))
    if is_unknown and best.is_count and not trend:
        order, reason = Order.SMALLEST, "it numbers the rows, as ranks do"
        alternatives.append(Alternative("The largest first", {file.option: f"score={best.option}"}))
    if rivals and trend != 1:
        alternatives += [
            Alternative(f"Column {other.label}", {file.option: f"score={other.option}"})
            for other in rivals[:3]
        ]
    if best.header.role is Role.DISTANCE:
        alternatives.append(Alternative("The largest first", {file.option: f"score={best.option}"}))
    if len(best.finite) == 1 and len(best.codes) > 1 and best.is_whole:
        reason = "all scores are equal, so the links are in random order"
        alternatives.append(Alternative("The order of the rows", {file.option: "score=none"}))
    if best.header.role is Role.SIGN:
        alternatives.append(Alternative("No score", {file.option: "score=none"}))
    decision = Decision(
        subject="score",
        taken=f"In {file.name}, column {best.label} is the score, the "
        f"{'smallest' if order is Order.SMALLEST else 'largest'} first.",
        evidence=f"{reason[0].upper()}{reason[1:]}." if reason else "",
        certainty=Certainty.GUESS if alternatives else Certainty.CLEAR,
        alternatives=tuple(alternatives),
        names=(best.option,),
    )
    return Score(best, order, decision)


def _ranking_of_rows(ranked: Sequence[LinkColumn]) -> LinkColumn | None:
    """Return a column of ranks that the rows are in the order of, where the best score is in none.

    Other numbers of the links then describe them, such as a correlation or a stability.
    """
    if ranked[0].trend() != 0:
        return None
    return next((c for c in ranked if c.header.role is Role.RANK and c.trend() == -1), None)


def _numbers_the_rows(column: LinkColumn) -> bool:
    """Return whether a first column has row numbers, under no header or one such as R's ``X``."""
    if column.place != 0 or not column.is_count:
        return False
    return not column.name or (column.header.role is Role.NONE and column.trend() == -1)


def _no_score(file: LinkFile) -> Decision:
    """Return the decision for a list without a score; a guess where texts are called a score."""
    kinds = (Role.SCORE, Role.SIGNED, Role.RANK, Role.P_VALUE)
    called = [c for c in file.columns if c.header.role in kinds and c.header.is_strong]
    taken = f"The order of the rows of {file.name} is the ranking."
    if not called:
        return Decision("score", taken, "No column is a score.")
    texts = [value for value in called[0].values if value and number(value) is None][:1]
    shown = f", such as '{texts[0]}'" if texts else ""
    return Decision(
        "score",
        taken,
        f"Column {called[0].label} is called a score, but it has texts{shown}: write numbers.",
        Certainty.GUESS,
        names=(called[0].option,),
    )


def _wanted_score(file: LinkFile) -> Score | None:
    if not file.has_wanted("score", "rank", "size"):
        return None
    orders = {"score": Order.LARGEST, "rank": Order.SMALLEST, "size": Order.SIZE}
    role = next(role for role in orders if role in file.wanted)
    column = file.wanted_column(role)
    if column is None:
        taken = f"The order of the rows of {file.name} is the ranking."
        return Score(None, Order.LARGEST, Decision("score", taken, certainty=Certainty.TOLD))
    taken = f"In {file.name}, column {column.label} is the score, {orders[role].value}."
    decision = Decision("score", taken, certainty=Certainty.TOLD, names=(column.option,))
    return Score(column, orders[role], decision)


def _score_worth(column: LinkColumn) -> tuple[float, ...]:
    """Return how well a column serves as a score: known names first, in their order."""
    ranks = {
        Role.SCORE: 5.0,
        Role.SIGNED: 4.0,
        Role.NONE: 3.0,
        Role.P_VALUE: 2.0,
        Role.DISTANCE: 1.5,
        Role.RANK: 1.0,
    }
    preference = -float(score_preference(column.header.stem))
    known = 2.5 if column.header.stem == "logp" else ranks.get(column.header.role, 0.0)
    if known == ranks[Role.NONE] and column.look_like_p_values:
        known = 2.7
    is_ordered = _AS_RANKING[column.trend()] if known == 3.0 else 0.0
    is_graded = float(len(column.texts) > 2)
    ordered_too = _AS_RANKING[column.trend()]
    return (known, is_graded, is_ordered, preference, ordered_too, -float(column.place))


def _order_of(column: LinkColumn) -> tuple[Order, str]:
    """Return which scores are the best, and why."""
    role, numbers = column.header.role, column.finite
    if role is Role.RANK:
        return Order.SMALLEST, "it is a rank"
    if role is Role.P_VALUE:
        return Order.SMALLEST, "it is a p-value"
    if role is Role.DISTANCE:
        return Order.SMALLEST, "it is a distance"
    if column.header.stem == "logp" and len(numbers) and np.all(numbers <= 0):
        return Order.SMALLEST, "it is the logarithm of a p-value"
    if column.header.stem == "logp":
        return Order.LARGEST, ""
    if role is Role.NONE and column.look_like_p_values and column.trend() == 0:
        return Order.SMALLEST, "its numbers are distributed as p-values"
    return Order.SIGNED, ""


def sign_decision(score: Score, *, order: Order, n_negative: int) -> Decision | None:
    """Return how scores of both signs are ranked.

    Parameters
    ----------
    score : Score
        The score of a list.
    order : Order
        The order that its numbers were given.
    n_negative : int
        How many are negative.

    Returns
    -------
    Decision or None
        None where the order was known before, or no score is negative.
    """
    if score.order is not Order.SIGNED or not n_negative:
        return None
    column = "The score" if score.column is None else f"Column {score.column.label}"
    option = None if score.column is None else score.column.option
    by_size = order is Order.SIZE
    is_clear = by_size and score.column is not None and score.column.header.role is Role.SIGNED
    how = "the largest size first" if by_size else "the largest first"
    other, role = ("By value", "score") if by_size else ("By size", "size")
    alternatives = (
        ()
        if is_clear or option is None
        else (Alternative(other, {"links_columns": f"{role}={option}"}),)
    )
    return Decision(
        subject="sign",
        taken=f"{column} has {n_negative:,} negative values and is ranked {how}.",
        evidence="A negative weight is a repression, as strong as its size." if by_size else "",
        certainty=Certainty.CLEAR if is_clear or not alternatives else Certainty.GUESS,
        alternatives=alternatives,
    )


def find_label(file: LinkFile, pair: Pair) -> Label:
    """Decide which column marks true links and pairs without a link, if any does.

    Parameters
    ----------
    file : LinkFile
        The gold standard, all of its rows.
    pair : Pair
        Its columns of regulators and targets.

    Returns
    -------
    Label
        A column of 1 and 0 is a label where its header means that or there is none, or where the
        file lists every pair of its regulators and genes, which it would not do without a label.
        Row numbers, references, signs and weights are not labels.
    """
    others = [c for c in file.columns if c.place not in (pair.regulator.place, pair.target.place)]
    if file.has_wanted("label"):
        column = file.wanted_column("label")
        if column is None:
            taken = f"Every pair that {file.name} lists is a link."
            return Label(None, decision=Decision("label", taken, certainty=Certainty.TOLD))
        false = _false_of(column) | _negated(column) | _minus_ones_of(column)
        n_false = round(column.share_of_rows(_is_in(column, false)) * len(column.codes))
        taken = (
            f"In {file.name}, column {column.label} is the label: {n_false:,} of "
            f"{len(column.codes):,} pairs are not links."
        )
        return Label(column, false, Decision("label", taken, certainty=Certainty.TOLD))
    n_genes = len(pair.regulator.names | pair.target.names)
    keys = pair.regulator.codes * (len(pair.target.texts) + 1) + pair.target.codes
    n_pairs = len(np.unique(keys))
    density = n_pairs / max(1, len(pair.regulator.names) * (n_genes - 1))
    is_complete = density >= _COMPLETE and n_pairs > 3
    verdicts = [(_judge(column, is_complete=is_complete), column) for column in others]
    judged = [(verdict, column) for verdict, column in verdicts if verdict is not None]
    labels = [(v, c) for v, c in judged if v.is_label]
    if labels:
        verdict, column = max(labels, key=lambda each: each[0].worth)
        n_false = round(column.share_of_rows(_is_in(column, verdict.false)) * len(column.codes))
        decision = Decision(
            subject="label",
            taken=f"In {file.name}, column {column.label} is the label: {n_false:,} of "
            f"{len(column.codes):,} pairs are not links.",
            evidence=verdict.reason,
            certainty=Certainty.CLEAR if verdict.is_clear else Certainty.GUESS,
            alternatives=()
            if verdict.is_clear
            else (Alternative("Every listed pair is a link", {file.option: "label=none"}),),
            names=(column.option,),
        )
        return Label(column, verdict.false, decision)
    doubtful = [(v, c) for v, c in judged if not v.is_clear]
    names = ", ".join(c.label for c in others)
    decision = Decision(
        subject="label",
        taken=f"Every pair that {file.name} lists is a link."
        + (f" Not a label: column{'s' * (len(others) > 1)} {names}." if others else ""),
        evidence=doubtful[0][0].reason if doubtful else "",
        certainty=Certainty.GUESS if doubtful else Certainty.CLEAR,
        alternatives=tuple(
            Alternative(f"Column {c.label} is the label", {file.option: f"label={c.option}"})
            for _, c in doubtful
        ),
        names=tuple(c.option for c in others),
    )
    return Label(None, frozenset(), decision)


@dataclass(frozen=True)
class _Verdict:
    """Whether a column is a label, which of its texts mark no link, and why."""

    is_label: bool
    is_clear: bool
    reason: str
    worth: float = 0.0
    false: frozenset[str] = frozenset()


def _judge(column: LinkColumn, *, is_complete: bool) -> _Verdict | None:
    """Return whether a column is a label; None where it is certainly none."""
    role, words = column.header.role, column.words
    if column.is_count or (role is Role.INDEX and not _is_binary(words)):
        return None
    says_label = role is Role.LABEL
    headless = not column.name
    if _is_binary(words):
        return _judge_binary(column, is_complete=is_complete)
    if _minus_ones_of(column):
        return _judge_plus_minus(column, is_complete=is_complete)
    negated = _negated(column)
    if negated and (says_label or is_complete):
        reason = "Its header means a label." if says_label else _COMPLETE_LIST
        return _Verdict(True, True, reason, 3.5, negated)
    if negated and role is Role.NONE and column.name:
        return _unsure(column, column.share_of_rows(_is_in(column, negated)))
    zeros = _zeros_of(column)
    if words == {"0"} and (headless or says_label):
        return _Verdict(True, True, "It has zeros only.", 1.0, zeros)
    if not zeros or column.share_of_rows(_is_in(column, zeros)) == 1.0:
        return None
    share = column.share_of_rows(_is_in(column, zeros))
    if is_complete and share >= 0.2:
        reason = _COMPLETE_LIST
        return _Verdict(True, True, reason, 2.0, zeros)
    if headless and column.is_sign:
        return None
    if says_label:
        reason = "Its header means a label, although it has other numbers than 0 and 1."
        return _Verdict(True, False, reason, 2.0, zeros)
    if share > _MOSTLY and role is Role.NONE:
        reason = f"{share:.0%} of its values are 0."
        return _Verdict(True, False, reason, 1.0, zeros)
    return None


def _judge_binary(column: LinkColumn, *, is_complete: bool) -> _Verdict | None:
    role = column.header.role
    false = _false_of(column)
    share = column.share_of_rows(_is_in(column, false))
    if role is Role.LABEL:
        return _Verdict(True, True, "Its header means a label.", 4.0, false)
    if is_complete:
        reason = _COMPLETE_LIST
        return _Verdict(True, True, reason, 3.0 - 0.01 * column.place, false)
    if not column.name:
        is_clear = share >= _MOSTLY
        reason = f"It has {share:.0%} zeros and no header."
        return _Verdict(True, is_clear, reason, 2.5 - 0.01 * column.place, false)
    if role is Role.SIGN and column.header.is_strong and share >= _MOSTLY:
        return _unsure(column, share)
    if role is Role.OTHER and share >= _MOSTLY and not column.header.stem:
        return _unsure(column, share)
    if role in (Role.OTHER, Role.SIGN, Role.P_VALUE, Role.DISTANCE, Role.RANK):
        return None
    if share >= _MOSTLY:
        reason = f"{share:.0%} of its values are 0; its header is unknown."
        return _Verdict(True, False, reason, 2.0, false)
    return _unsure(column, share)


def _unsure(column: LinkColumn, share: float) -> _Verdict:
    reason = (
        f"Column {column.label} has two values, of which {share:.0%} mean 'no', but its header "
        "is not known as that of labels."
    )
    return _Verdict(False, False, reason)


def _judge_plus_minus(column: LinkColumn, *, is_complete: bool) -> _Verdict | None:
    """Judge 1 and -1, which are signs of links, or a link and none."""
    role = column.header.role
    if role is not Role.LABEL and not (is_complete and role is Role.NONE):
        return None
    false = _minus_ones_of(column)
    share = column.share_of_rows(_is_in(column, false))
    reason = f"It has 1 and -1, of which {share:.0%} are -1."
    if is_complete or share > _MOSTLY:
        return _Verdict(True, is_complete, reason, 3.0, false)
    return _Verdict(False, False, f"Column {column.label}: {reason[0].lower()}{reason[1:]}")


def linked_rows(columns: Sequence[LinkColumn]) -> npt.NDArray[np.bool_] | None:
    """Return which rows of a gold standard are links by a column of 1 and 0; None without one."""
    for column in columns:
        if column.has_two_words and _is_binary(column.words) and not column.is_count:
            false = _is_in(column, _false_of(column))
            return ~false[column.codes]
    return None


def _is_binary(words: frozenset[str]) -> bool:
    return (
        len(words) == 2
        and words <= TRUE_WORDS | FALSE_WORDS
        and bool(words & FALSE_WORDS)
        and bool(words & TRUE_WORDS)
        and words != {"positive", "negative"}
    )


def _negated(column: LinkColumn) -> frozenset[str]:
    """Return the text of two that negates the other one, as ``unknown`` does ``known``."""
    by_word: dict[str, set[str]] = {}
    for value in column.values:
        by_word.setdefault(word_of(value) if value else "", set()).add(value)
    if len(by_word) != 2 or set(by_word) == {"+", "-"}:
        return frozenset()
    for no, yes in (tuple(by_word), tuple(by_word)[::-1]):
        is_empty = is_missing(no) and yes in TRUE_WORDS | {"x", "+"}
        is_opposite = (no, yes) in {("negative", "positive"), ("absent", "present")}
        if (
            is_empty
            or is_opposite
            or no in {not_ + yes for not_ in _NOT}
            or (no in FALSE_WORDS and yes in TRUE_WORDS)
        ):
            return frozenset(by_word[no])
    return frozenset()


def _false_of(column: LinkColumn) -> frozenset[str]:
    found = {value for value in column.values if value.lower() in FALSE_WORDS}
    return frozenset(found) | _zeros_of(column)


def _minus_ones_of(column: LinkColumn) -> frozenset[str]:
    """Return the texts for -1 of a column of 1 and -1 only; none of any other column."""
    if column.words != {"1", "-1"}:
        return frozenset()
    return frozenset(value for value in column.values if value.startswith("-"))


def _zeros_of(column: LinkColumn) -> frozenset[str]:
    pairs = zip(column.values, column.numbers.tolist(), strict=True)
    return frozenset(value for value, number in pairs if number == 0.0)


def _is_in(column: LinkColumn, texts: Sequence[str] | frozenset[str]) -> npt.NDArray[np.bool_]:
    return np.array([value in texts for value in column.values], np.bool_)
