# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Operations of random splits on lanes, written as LLVM vector code.

See `genie3_engine.kernels.vectors`; what the operations compute is defined in
`genie3_engine.kernels.threshold_lanes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from genie3_engine.kernels.random import GOLDEN, MIX_FACTORS, MIX_SHIFTS
from genie3_engine.kernels.vectors import _element, _variable

CUT_SLACK = 1.02  # see `genie3_engine.kernels.threshold_lanes`

_INT16 = ir.IntType(16)
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_BYTES = {_INT16: 2, _INT64: 8, ir.DoubleType(): 8}
_ROWS_AT_ONCE = 32
_2_TO_32 = 4294967296.0
_2_TO_52_BITS = 0x4330000000000000  # of the float 2**52, whose lowest bits count ones


class LaneOperations(NamedTuple):
    """The intrinsics for one number of lanes."""

    gather: Callable[..., None]
    grid_extremes: Callable[..., int]
    draw_cuts: Callable[..., None]
    sums_below: Callable[..., int]
    rows_to_settle: Callable[..., int]
    lane_gains: Callable[..., int]


class _Lanes:
    """Vector types of a number of lanes, and what is done with them."""

    def __init__(self, n_lanes: int) -> None:
        self.n_lanes = n_lanes
        self.lanes = range(n_lanes)
        self.booleans = ir.VectorType(ir.IntType(1), n_lanes)
        self.bytes = ir.VectorType(ir.IntType(8), n_lanes)
        self.shorts = ir.VectorType(_INT16, n_lanes)
        self.ints = ir.VectorType(_INT32, n_lanes)
        self.longs = ir.VectorType(_INT64, n_lanes)
        self.floats = ir.VectorType(ir.FloatType(), n_lanes)
        self.doubles = ir.VectorType(ir.DoubleType(), n_lanes)

    def constant(self, kind: Any, value: float) -> Any:
        return ir.Constant(kind, [ir.Constant(kind.element, value)] * self.n_lanes)

    def places(self, numbers: Iterable[int]) -> Any:
        """Return the mask of a shuffle."""
        return ir.Constant(self.ints, [_INT32(number) for number in numbers])

    def splat(self, builder: Any, value: Any) -> Any:
        kind = ir.VectorType(value.type, self.n_lanes)
        undefined = ir.Constant(kind, ir.Undefined)
        one = builder.insert_element(undefined, value, _INT32(0))
        return builder.shuffle_vector(one, undefined, self.places([0] * self.n_lanes))

    def pointer(self, context: Any, builder: Any, sig: Any, args: Any, at: int) -> Any:
        """Return the pointer to the first row of an argument."""
        element = _element(context, builder, sig.args[at], args[at], _INT64(0))
        row = ir.VectorType(element.type.pointee, self.n_lanes)
        return builder.bitcast(element, ir.PointerType(row))

    @staticmethod
    def load(builder: Any, pointer: Any) -> Any:
        value = builder.load(pointer)
        value.align = _BYTES[value.type.element]
        return value

    @staticmethod
    def store(builder: Any, value: Any, pointer: Any) -> None:
        builder.store(value, pointer).align = _BYTES[value.type.element]

    def mask(self, builder: Any, booleans: Any) -> Any:
        """Return one bit per lane as an integer."""
        return builder.zext(builder.bitcast(booleans, ir.IntType(self.n_lanes)), _INT64)

    def unmasked(self, builder: Any, mask: Any) -> Any:
        narrow = builder.trunc(mask, ir.IntType(self.n_lanes))
        return builder.bitcast(narrow, self.booleans)

    def counts(self, builder: Any, booleans: Any) -> Any:
        """Return how many lanes are true up to each lane, itself included."""
        counts = builder.zext(booleans, self.bytes)
        zeros = self.constant(self.bytes, 0)
        distance = 1
        while distance < self.n_lanes:
            mask = self.places(self.n_lanes - distance + lane for lane in range(self.n_lanes))
            counts = builder.add(counts, builder.shuffle_vector(zeros, counts, mask))
            distance *= 2
        return counts

    def mixed(self, builder: Any, x: Any) -> Any:
        """Return `genie3_engine.kernels.random.plain_mixed` of each lane."""
        for shift, factor in zip(MIX_SHIFTS, (*MIX_FACTORS, None), strict=True):
            x = builder.xor(x, builder.lshr(x, self.constant(self.longs, shift)))
            if factor is not None:
                x = builder.mul(x, self.constant(self.longs, factor))
        return x

    def numbers(self, builder: Any, state: Any, live: Any, used: Any) -> tuple[Any, Any]:
        """Return the stream after it has drawn a number for each live lane, and the numbers."""
        counters = _variable(builder, self.splat(builder, state))
        after = _variable(builder, state)
        asked = builder.sub(builder.shl(_INT64(1), used), _INT64(1))
        # As long as all lanes are live, which the processor foresees, the numbers are known
        # before the positions are.
        are_all_live = builder.icmp_unsigned("==", live, asked)
        with builder.if_else(are_all_live, likely=True) as (all_live, some_live):
            with all_live:
                steps = [
                    self.longs.element((lane + 1) * int(GOLDEN) % 2**64) for lane in self.lanes
                ]
                steps = ir.Constant(self.longs, steps)
                builder.store(builder.add(builder.load(counters), steps), counters)
                taken = builder.mul(used, _INT64(int(GOLDEN)))
                builder.store(builder.add(state, taken), after)
            with some_live:
                steps = builder.zext(self.counts(builder, self.unmasked(builder, live)), self.longs)
                steps = builder.mul(steps, self.constant(self.longs, int(GOLDEN)))
                taken = builder.add(builder.load(counters), steps)
                builder.store(taken, counters)
                builder.store(builder.extract_element(taken, _INT32(self.n_lanes - 1)), after)
        return builder.load(after), self.mixed(builder, builder.load(counters))

    def cuts(self, builder: Any, numbers: Any, lowest: Any, highest: Any) -> list[Any]:
        """Return the positions next to the threshold of each lane, below and above."""
        unit = builder.lshr(numbers, self.constant(self.longs, 40))
        unit = builder.sitofp(builder.trunc(unit, self.ints), self.floats)
        unit = builder.fmul(unit, self.constant(self.floats, 2.0**-24))
        lowest, highest = (builder.sext(extreme, self.ints) for extreme in (lowest, highest))
        span = builder.sitofp(builder.sub(highest, lowest), self.floats)
        offset = builder.fmul(unit, span)
        base = builder.sub(lowest, self.constant(self.ints, 2))
        cuts = []
        for slack in (2.0 - CUT_SLACK, 2.0 + CUT_SLACK):
            cut = builder.fadd(offset, self.constant(self.floats, slack))
            cut = builder.add(builder.fptosi(cut, self.ints), base)
            cuts.append(builder.trunc(cut, self.shorts))
        return cuts

    def as_double(self, builder: Any, value: Any) -> Any:
        """Return 64-bit integers as floats, rounded once: half of the bits at a time are exact."""
        halves = builder.bitcast(value, ir.VectorType(_INT32, 2 * self.n_lanes))
        undefined = ir.Constant(halves.type, ir.Undefined)
        odd = self.places(2 * lane + 1 for lane in range(self.n_lanes))
        upper = builder.sitofp(builder.shuffle_vector(halves, undefined, odd), self.doubles)
        lower = builder.and_(value, self.constant(self.longs, 0xFFFFFFFF))
        lower = builder.or_(lower, self.constant(self.longs, _2_TO_52_BITS))
        lower = builder.bitcast(lower, self.doubles)
        lower = builder.fsub(lower, self.constant(self.doubles, 2.0**52))
        return builder.fadd(builder.fmul(upper, self.constant(self.doubles, _2_TO_32)), lower)

    def largest(self, builder: Any, value: Any) -> Any:
        """Return the largest of all lanes, in each."""
        width = self.n_lanes
        while width > 1:
            width //= 2
            lower, upper = (
                builder.shuffle_vector(
                    value,
                    ir.Constant(value.type, ir.Undefined),
                    ir.Constant(
                        ir.VectorType(_INT32, width), [_INT32(start + i) for i in range(width)]
                    ),
                )
                for start in (0, width)
            )
            value = builder.select(builder.fcmp_ordered(">", lower, upper), lower, upper)
        return self.splat(builder, builder.extract_element(value, _INT32(0)))


def lane_operations(n_lanes: int) -> LaneOperations:
    """Return the operations on a number of lanes: a power of two, 16 at most."""
    v = _Lanes(n_lanes)

    @intrinsic
    def gather(
        typing_context: Any,
        grid: Any,
        starts: Any,
        used: Any,
        samples: Any,
        first: Any,
        n_rows: Any,
        step: Any,
        block: Any,
        weighted: Any,
        node_weighted: Any,
    ) -> Any:
        """Copy samples into rows, a regulator in each lane that is used."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            grid, starts, samples, block = (
                _element(context, builder, sig.args[at], args[at], position)
                for at, position in ((0, _INT64(0)), (1, _INT64(0)), (3, args[4]), (7, _INT64(0)))
            )
            values = _element(context, builder, sig.args[8], args[8], _INT64(0))
            copied = _element(context, builder, sig.args[9], args[9], _INT64(0))

            def copy_columns(rows: Any, lane: int, n_columns: int) -> None:
                lanes = [_INT64(number) for number in range(lane, lane + n_columns)]
                columns = [
                    builder.gep(grid, [builder.load(builder.gep(starts, [number]))])
                    for number in lanes
                ]
                with cgutils.for_range(builder, rows[1], start=rows[0]) as loop:
                    sample = builder.zext(builder.load(builder.gep(samples, [loop.index])), _INT64)
                    place = builder.mul(sample, args[6])
                    row = builder.gep(block, [builder.mul(loop.index, _INT64(n_lanes))])
                    if lane == 0:
                        value = builder.load(builder.gep(values, [sample]))
                        builder.store(value, builder.gep(copied, [loop.index]))
                    for number, column in zip(lanes, columns, strict=True):
                        value = builder.load(builder.gep(column, [place]))
                        builder.store(value, builder.gep(row, [number]))

            # The samples' rows stay in the nearest cache while all lanes are read.
            step = _INT64(_ROWS_AT_ONCE)
            with cgutils.for_range_slice(builder, _INT64(0), args[5], step, _INT64) as (start, _):
                end = builder.add(start, step)
                end = builder.select(builder.icmp_signed("<", end, args[5]), end, args[5])
                # Eight pointers and the counters fit the registers.
                copy_columns((start, end), 0, min(n_lanes, 8))
                for lane in range(8, n_lanes, 8):
                    are_many = builder.icmp_signed(">", args[2], _INT64(lane + 4))
                    with builder.if_else(are_many) as (many, few):
                        with many:
                            copy_columns((start, end), lane, 8)
                        with few, builder.if_then(builder.icmp_signed(">", args[2], _INT64(lane))):
                            copy_columns((start, end), lane, 4)
            return context.get_dummy_value()

        signature = types.void(
            grid,
            starts,
            types.int64,
            samples,
            types.int64,
            types.int64,
            types.int64,
            block,
            weighted,
            node_weighted,
        )
        return signature, generate

    @intrinsic
    def grid_extremes(typing_context: Any, block: Any, n_rows: Any, low: Any, high: Any) -> Any:
        """Find each lane's smallest and largest position; return the lanes where they differ."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            rows = v.pointer(context, builder, sig, args, 0)
            first = v.load(builder, rows)
            smallest, largest = _variable(builder, first), _variable(builder, first)
            with cgutils.for_range(builder, args[1]) as loop:
                row = v.load(builder, builder.gep(rows, [loop.index]))
                for slot, sign in ((smallest, "<"), (largest, ">")):
                    known = builder.load(slot)
                    replaces = builder.icmp_signed(sign, row, known)
                    builder.store(builder.select(replaces, row, known), slot)
            lowest, highest = builder.load(smallest), builder.load(largest)
            v.store(builder, lowest, v.pointer(context, builder, sig, args, 2))
            v.store(builder, highest, v.pointer(context, builder, sig, args, 3))
            return v.mask(builder, builder.icmp_signed("<", lowest, highest))

        return types.int64(block, types.int64, low, high), generate

    @intrinsic
    def draw_cuts(
        typing_context: Any,
        state: Any,
        live: Any,
        used: Any,
        low: Any,
        high: Any,
        numbers: Any,
        below: Any,
        above: Any,
    ) -> Any:
        """Draw one number per live lane, and find its neighbours on the grid."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            state = _element(context, builder, sig.args[0], args[0], _INT64(0))
            lowest, highest = (
                v.load(builder, v.pointer(context, builder, sig, args, at)) for at in (3, 4)
            )
            state_after, numbers = v.numbers(builder, builder.load(state), args[1], args[2])
            builder.store(state_after, state)
            v.store(builder, numbers, v.pointer(context, builder, sig, args, 5))
            for at, cut in zip((6, 7), v.cuts(builder, numbers, lowest, highest), strict=True):
                v.store(builder, cut, v.pointer(context, builder, sig, args, at))
            return context.get_dummy_value()

        return types.void(
            state, types.int64, types.int64, low, high, numbers, below, above
        ), generate

    @intrinsic
    def sums_below(
        typing_context: Any,
        block: Any,
        weighted: Any,
        n_rows: Any,
        below: Any,
        above: Any,
        left: Any,
    ) -> Any:
        """Add up the samples below the cut; return the lanes of unknown sides."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            rows = v.pointer(context, builder, sig, args, 0)
            added = _element(context, builder, sig.args[1], args[1], _INT64(0))
            below = v.load(builder, v.pointer(context, builder, sig, args, 3))
            above = v.load(builder, v.pointer(context, builder, sig, args, 4))
            zero = v.constant(v.longs, 0)
            width = builder.sub(above, below)
            first_unsure = builder.add(below, v.constant(v.shorts, 1))
            total, nearest = _variable(builder, zero), _variable(builder, width)
            with cgutils.for_range(builder, args[2]) as loop:
                row = v.load(builder, builder.gep(rows, [loop.index]))
                one = v.splat(builder, builder.load(builder.gep(added, [loop.index])))
                # Positions that are not over the first bound wrap around to large numbers.
                distance = builder.sub(row, first_unsure)
                known = builder.load(nearest)
                is_nearer = builder.icmp_unsigned("<", distance, known)
                builder.store(builder.select(is_nearer, distance, known), nearest)
                seems_right = builder.icmp_signed(">", row, below)
                part = builder.select(seems_right, zero, one)
                builder.store(builder.add(builder.load(total), part), total)
            v.store(builder, builder.load(total), v.pointer(context, builder, sig, args, 5))
            return v.mask(builder, builder.icmp_unsigned("<", builder.load(nearest), width))

        return types.int64(block, weighted, types.int64, below, above, left), generate

    @intrinsic
    def rows_to_settle(
        typing_context: Any,
        block: Any,
        n_rows: Any,
        lanes: Any,
        low: Any,
        high: Any,
        below: Any,
        above: Any,
        rows: Any,
    ) -> Any:
        """List the rows with an extreme position of a lane, or one next to its threshold."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            block = v.pointer(context, builder, sig, args, 0)
            low, high, below, above = (
                v.load(builder, v.pointer(context, builder, sig, args, at)) for at in range(3, 7)
            )
            width = builder.sub(above, below)
            first_unsure = builder.add(below, v.constant(v.shorts, 1))
            asked = v.unmasked(builder, args[2])
            listed = _element(context, builder, sig.args[7], args[7], _INT64(0))
            count = _variable(builder, _INT64(0))
            with cgutils.for_range(builder, args[1]) as loop:
                row = v.load(builder, builder.gep(block, [loop.index]))
                is_extreme = builder.or_(
                    builder.icmp_signed("==", row, low), builder.icmp_signed("==", row, high)
                )
                is_near = builder.icmp_unsigned("<", builder.sub(row, first_unsure), width)
                mask = v.mask(builder, builder.and_(builder.or_(is_extreme, is_near), asked))
                # Each row is written, and overwritten by the next unless it belongs to the list.
                known = builder.load(count)
                builder.store(builder.trunc(loop.index, _INT32), builder.gep(listed, [known]))
                is_listed = builder.icmp_unsigned("!=", mask, _INT64(0))
                builder.store(builder.add(known, builder.zext(is_listed, _INT64)), count)
            return builder.load(count)

        signature = types.int64(block, types.int64, types.int64, low, high, below, above, rows)
        return signature, generate

    @intrinsic
    def lane_gains(
        typing_context: Any,
        left: Any,
        live: Any,
        weight: Any,
        response: Any,
        response_bits: Any,
        enough: Any,
        gains: Any,
    ) -> Any:
        """Write each lane's gain; return the first that is enough, or else of the largest."""

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            packed = v.load(builder, v.pointer(context, builder, sig, args, 0))
            weight, response, shift = (v.splat(builder, args[at]) for at in (2, 3, 4))
            one = v.constant(v.longs, 1)
            half = builder.shl(one, builder.sub(shift, one))
            weight_left = builder.lshr(builder.add(packed, half), shift)
            response_left = builder.sub(packed, builder.shl(weight_left, shift))
            difference = v.as_double(
                builder,
                builder.sub(builder.mul(response_left, weight), builder.mul(response, weight_left)),
            )
            sides = (
                builder.sitofp(builder.trunc(side, v.ints), v.doubles)
                for side in (weight_left, builder.sub(weight, weight_left))
            )
            gain = builder.fdiv(builder.fmul(difference, difference), builder.fmul(*sides))
            live = v.unmasked(builder, args[1])
            gain = builder.select(live, gain, v.constant(v.doubles, -1.0))
            v.store(builder, gain, v.pointer(context, builder, sig, args, 6))
            best = v.mask(builder, builder.fcmp_ordered("==", gain, v.largest(builder, gain)))
            enough = builder.fcmp_ordered(">=", gain, v.splat(builder, args[5]))
            enough = v.mask(builder, enough)
            has_enough = builder.icmp_unsigned("!=", enough, _INT64(0))
            lanes = builder.select(has_enough, enough, best)
            return builder.cttz(lanes, ir.Constant(ir.IntType(1), 0))

        whole = types.int64
        return whole(left, whole, whole, whole, whole, types.float64, gains), generate

    return LaneOperations(gather, grid_extremes, draw_cuts, sums_below, rows_to_settle, lane_gains)
