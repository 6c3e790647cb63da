# ruff: noqa: ANN401 - llvmlite's builders and values have no types
"""Operations on sixteen lanes, written as LLVM vector code.

They use LLVM's portable vector types and are not left to the compiler's auto-vectoriser, which
gives up on sorting networks. LLVM turns them into AVX-512, AVX2, SSE or NEON, as the machine
supports, and results have the same bits everywhere: integers, and single operations of IEEE floats.

The plain definition next to each use defines the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from genie3_engine.kernels.sorting_network import (
    halving_network,
    merging_network,
    sorting_network,
)

LANES = 16

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_FLOAT_LANES = ir.VectorType(ir.FloatType(), LANES)


def _element(context: Any, builder: Any, array_type: Any, array: Any, position: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [position])


def _row(context: Any, builder: Any, array_type: Any, array: Any, position: Any) -> Any:
    item = context.get_value_type(array_type.dtype)
    pointer = _element(context, builder, array_type, array, position)
    return builder.bitcast(pointer, ir.PointerType(ir.VectorType(item, LANES)))


def _parts(context: Any, builder: Any, *arrays: Any) -> Iterator[tuple[Any, ...]]:
    """Yield pointers to the first part of each array of rows, then to the next one.

    A part has the lanes of a row that one register holds. A network on whole rows would need two or
    four times as many registers as a processor without AVX-512 has. From one row's part to that of
    the next it is `_n_parts` parts.
    """
    n_parts = _n_parts(context)
    for part in range(n_parts):
        pointers = []
        for rows in arrays:
            kind = ir.VectorType(rows.type.pointee.element, LANES // n_parts)
            first = builder.bitcast(rows, ir.PointerType(kind))
            pointers.append(builder.gep(first, [_INT64(part)]))
        yield tuple(pointers)


def _n_parts(context: Any) -> int:
    """Return how many registers a row of 32-bit numbers takes."""
    if _has_avx512(context):
        return 1
    return 2 if "+avx2" in _features(context) else 4


def _has_avx512(context: Any) -> bool:
    return "+avx512f" in _features(context)


def _features(context: Any) -> str:
    """Return what the processor can do, as LLVM writes it."""
    return str(context.codegen().magic_tuple()[2])


def _load(builder: Any, rows: Any, row: Any) -> Any:
    value = builder.load(builder.gep(rows, [row]))
    value.align = value.type.element.width // 8
    return value


def _store(builder: Any, value: Any, rows: Any, row: Any) -> None:
    builder.store(value, builder.gep(rows, [row])).align = 4


def _splat(builder: Any, value: Any, lanes: int = LANES) -> Any:
    kind = ir.VectorType(value.type, lanes)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _INT32(0))
    zeros = ir.Constant(ir.VectorType(_INT32, lanes), [_INT32(0)] * lanes)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def _narrowed(builder: Any, value: Any, kind: Any) -> Any:
    width = kind.element.width
    return value if value.type.width == width else builder.trunc(value, kind.element)


def _constant(kind: Any, value: float) -> Any:
    return ir.Constant(kind, [ir.Constant(kind.element, value)] * LANES)


def _variable(builder: Any, value: Any) -> Any:
    slot = cgutils.alloca_once(builder, value.type)
    builder.store(value, slot)
    return slot


def sort_intrinsic(size: int) -> Any:
    """Return the intrinsic that sorts ``size`` rows in registers."""
    network = sorting_network(size)

    def sort(
        typing_context: Any, block: Any, payload: Any, keys: Any, first: Any, shift: Any
    ) -> Any:
        signature = types.void(block, payload, keys, types.int64, types.int64)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            block, payload, keys, first, shift = args
            start = builder.mul(first, _INT64(LANES))
            codes = _row(context, builder, sig.args[0], block, start)
            low = _element(context, builder, sig.args[1], payload, first)
            out = _row(context, builder, sig.args[2], keys, start)
            narrow, step = _narrowed(builder, shift, out.type.pointee), _n_parts(context)
            for ranks, there in _parts(context, builder, codes, out):
                wide = there.type.pointee
                by, rows = _splat(builder, narrow, wide.count), []
                for i in range(size):
                    rank = _load(builder, ranks, _INT64(i * step))
                    rest = builder.load(builder.gep(low, [_INT64(i)]))
                    code = builder.shl(builder.zext(rank, wide), by)
                    rows.append(builder.or_(code, _splat(builder, rest, wide.count)))
                for i, j in network:
                    _exchange(context, builder, rows, i, j)
                for i in range(size):
                    _store(builder, rows[i], there, _INT64(i * step))
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(sort)


def _exchange(context: Any, builder: Any, rows: list[Any], i: int, j: int) -> None:
    """Put the smaller of two rows' entries first, in each lane.

    With AVX-512, one instruction combines three vectors. It runs at the same time as the one that
    finds smaller entries. The one that finds larger entries needs the same unit of the processor,
    and so waits.
    """
    less = builder.icmp_unsigned("<", rows[i], rows[j])
    low = builder.select(less, rows[i], rows[j])
    if _has_avx512(context):
        high = builder.xor(builder.xor(rows[i], rows[j]), low)
    else:
        high = builder.select(less, rows[j], rows[i])
    rows[i], rows[j] = low, high


def _exchange_rows(
    context: Any, builder: Any, network: list[tuple[int, int]], keys: Any, places: list[Any]
) -> None:
    """Apply a network in registers to the rows at these places."""
    at = [builder.mul(place, _INT64(_n_parts(context))) for place in places]
    for (part,) in _parts(context, builder, keys):
        rows = [_load(builder, part, place) for place in at]
        for i, j in network:
            _exchange(context, builder, rows, i, j)
        for place, row in zip(at, rows, strict=True):
            _store(builder, row, part, place)


def merge_intrinsic(n_left: int, n_right: int, block: int) -> Any:
    """Return the intrinsic that begins to merge sequences of blocks, see `merging_network`."""
    network = merging_network(n_left, n_right)

    def merge(typing_context: Any, keys: Any, first: Any, row: Any) -> Any:
        signature = types.void(keys, types.int64, types.int64)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            keys, first, row = args
            start = _row(context, builder, sig.args[0], keys, builder.mul(first, _INT64(LANES)))
            turned = builder.sub(_INT64(block - 1), row)
            at = [
                builder.add(row if i < n_left else turned, _INT64(i * block))
                for i in range(n_left + n_right)
            ]
            _exchange_rows(context, builder, network, start, at)
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(merge)


def halve_intrinsic(size: int) -> Any:
    """Return the intrinsic that ends a merge in a block of rows, see `halving_network`."""
    network = halving_network(size)

    def halve(typing_context: Any, keys: Any, first: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            keys, first = args
            start = _row(context, builder, sig.args[0], keys, builder.mul(first, _INT64(LANES)))
            _exchange_rows(context, builder, network, start, [_INT64(i) for i in range(size)])
            return context.get_dummy_value()

        return types.void(keys, types.int64), generate

    return intrinsic(halve)


def _gain_terms(builder: Any, left: Any, settings: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return numerator and denominator of the gain with these sums on the left side."""
    weight_total, shift = settings
    one = _constant(left.type, 1)
    half = builder.shl(one, builder.sub(shift, one))
    weight = builder.lshr(builder.add(left, half), shift)
    response = builder.sub(left, builder.shl(weight, shift))
    w = builder.sitofp(weight, _FLOAT_LANES)
    s = builder.sitofp(response, _FLOAT_LANES)
    return builder.fmul(s, s), builder.fmul(w, builder.fsub(weight_total, w))


def _scan_step(
    builder: Any, total: Any, added: Any, best: tuple[Any, Any], settings: tuple[Any, Any]
) -> tuple[Any, Any]:
    """Add a row to the left side; return (is better, (numerator, denominator)) of that split."""
    left = builder.add(builder.load(total), added)
    builder.store(left, total)
    numerator, denominator = _gain_terms(builder, left, settings)
    better = builder.fcmp_ordered(
        ">",
        builder.fmul(numerator, builder.load(best[1])),
        builder.fmul(builder.load(best[0]), denominator),
    )
    return better, (numerator, denominator)


def _keep_better(builder: Any, better: Any, split: tuple[Any, Any], best: tuple[Any, Any]) -> None:
    for value, slot in zip(split, best, strict=True):
        builder.store(builder.select(better, value, builder.load(slot)), slot)


def _finish_scan(builder: Any, bests: list[tuple[Any, Any]], n_lanes: Any, out: Any) -> Any:
    """Store each lane's best, -1 from ``n_lanes`` on, and return the largest of all lanes."""
    even, odd = (builder.fdiv(builder.load(n), builder.load(d)) for n, d in bests)
    best = builder.select(builder.fcmp_ordered(">", even, odd), even, odd)
    kind = ir.VectorType(_INT32, LANES)
    lanes = ir.Constant(kind, [_INT32(lane) for lane in range(LANES)])
    is_held = builder.icmp_signed("<", lanes, _splat(builder, builder.trunc(n_lanes, _INT32)))
    best = builder.select(is_held, best, _constant(_FLOAT_LANES, -1.0))
    _store(builder, best, out, _INT64(0))
    return _largest(builder, best)


def _largest(builder: Any, best: Any) -> Any:
    """Return the largest of a row's entries."""
    width = LANES
    while width > 1:
        width //= 2
        turn = [_INT32((lane + width) % LANES) for lane in range(LANES)]
        mask = ir.Constant(ir.VectorType(_INT32, LANES), turn)
        other = builder.shuffle_vector(best, best, mask)
        best = builder.select(builder.fcmp_ordered(">", best, other), best, other)
    return builder.extract_element(best, _INT32(0))


@intrinsic
def scan_keys(
    typing_context: Any,
    keys: Any,
    out: Any,
    position: Any,
    n_lanes: Any,
    n_rows: Any,
    weight: Any,
    shift: Any,
    low: Any,
) -> Any:
    """Find each lane's best split from sorted keys; return the largest gain of all lanes."""
    signature = types.float32(
        keys, out, types.intp, types.intp, types.intp, types.float32, types.int64, types.uint64
    )

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        keys, out, position, n_lanes, n_rows, weight, shift, low = args
        source = _row(context, builder, sig.args[0], keys, _INT64(0))
        result = _row(context, builder, sig.args[1], out, position)
        kind = source.type.pointee
        settings = (_splat(builder, weight), _splat(builder, _narrowed(builder, shift, kind)))
        mask = _splat(builder, _narrowed(builder, low, kind))
        total = _variable(builder, _constant(kind, 0))
        # Two bests, for rows of even and odd number: half the wait for the last comparison.
        bests = [
            (
                _variable(builder, _constant(_FLOAT_LANES, -1.0)),
                _variable(builder, _constant(_FLOAT_LANES, 1.0)),
            )
            for _ in range(2)
        ]
        current = _variable(builder, _load(builder, source, _INT64(0)))

        def step(row: Any, best: tuple[Any, Any]) -> None:
            key = builder.load(current)
            following = _load(builder, source, builder.add(row, _INT64(1)))
            builder.store(following, current)
            added = builder.and_(key, mask)
            better, split = _scan_step(builder, total, added, best, settings)
            # A split between two samples of equal rank does not exist.
            differs = builder.icmp_unsigned(">", builder.xor(key, following), mask)
            _keep_better(builder, builder.and_(better, differs), split, best)

        with cgutils.for_range(builder, builder.lshr(n_rows, _INT64(1))) as loop:
            even = builder.shl(loop.index, _INT64(1))
            step(even, bests[0])
            step(builder.add(even, _INT64(1)), bests[1])
        with builder.if_then(builder.trunc(n_rows, ir.IntType(1))):
            step(builder.sub(n_rows, _INT64(1)), bests[0])
        return _finish_scan(builder, bests, n_lanes, result)

    return signature, generate


@intrinsic
def compare_ranks(
    typing_context: Any, ranks: Any, payload: Any, n_rows: Any, weight: Any, shift: Any
) -> Any:
    """Return the gain of one candidate's best split, from ranks in any order."""
    signature = types.float32(ranks, payload, types.intp, types.float32, types.int64)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        ranks, payload, n_rows, weight, shift = args
        source = _element(context, builder, sig.args[0], ranks, _INT64(0))
        values = _element(context, builder, sig.args[1], payload, _INT64(0))
        rows = _row(context, builder, sig.args[0], ranks, _INT64(0))
        kind = rows.type.pointee
        settings = (_splat(builder, weight), _splat(builder, _narrowed(builder, shift, kind)))
        best = (
            _variable(builder, _constant(_FLOAT_LANES, -1.0)),
            _variable(builder, _constant(_FLOAT_LANES, 1.0)),
        )
        last = builder.add(n_rows, _INT64(LANES - 1))
        quads = builder.lshr(builder.add(n_rows, _INT64(3)), _INT64(2))
        with cgutils.for_range(builder, builder.lshr(last, _INT64(4))) as block:
            own = _load(builder, rows, block.index)
            total = _variable(builder, _constant(kind, 0))
            with cgutils.for_range(builder, quads) as quad:
                left = builder.load(total)
                for i in range(4):
                    at = builder.add(builder.shl(quad.index, _INT64(2)), _INT64(i))
                    rank, value = (
                        _splat(builder, builder.load(builder.gep(pointer, [at])))
                        for pointer in (source, values)
                    )
                    is_right = builder.icmp_signed(">", rank, own)
                    added = builder.select(is_right, _constant(kind, 0), value)
                    left = builder.add(left, added)
                builder.store(left, total)
            split = _gain_terms(builder, builder.load(total), settings)
            better = builder.fcmp_ordered(
                ">",
                builder.fmul(split[0], builder.load(best[1])),
                builder.fmul(builder.load(best[0]), split[1]),
            )
            # With no sample on the right, there is no split.
            is_split = builder.fcmp_ordered(">", split[1], _constant(_FLOAT_LANES, 0.0))
            _keep_better(builder, builder.and_(better, is_split), split, best)
        return _largest(builder, builder.fdiv(*(builder.load(part) for part in best)))

    return signature, generate


@intrinsic
def able_bits(typing_context: Any, gains: Any, position: Any, least: Any) -> Any:
    """Return a bit for each of sixteen gains: whether it is large enough."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        gains, position, least = args
        row = builder.load(_row(context, builder, sig.args[0], gains, position), align=4)
        is_able = builder.fcmp_ordered(">=", row, _splat(builder, least))
        return builder.zext(builder.bitcast(is_able, ir.IntType(LANES)), _INT64)

    return types.uint64(gains, types.intp, types.float32), generate


@intrinsic
def able_row(
    typing_context: Any,
    keys: Any,
    lane: Any,
    n_rows: Any,
    weight: Any,
    shift: Any,
    low: Any,
    least: Any,
) -> Any:
    """Return the row of a lane's only split that has a gain, from its sorted keys."""
    whole = types.int64
    signature = whole(keys, whole, whole, types.float32, whole, types.uint64, types.float32)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        keys, lane, n_rows, weight, shift, low, least = args
        start = _element(context, builder, sig.args[0], keys, lane)
        kind = ir.VectorType(start.type.pointee, LANES)
        low, shift = (_narrowed(builder, value, kind) for value in (low, shift))
        low, settings = _splat(builder, low), (_splat(builder, weight), _splat(builder, shift))
        least = _splat(builder, least)
        zeros, places = _constant(kind, 0), [_INT32(i) for i in range(2 * LANES)]

        def shuffled(one: Any, two: Any, first: int) -> Any:
            mask = ir.Constant(ir.VectorType(_INT32, LANES), places[first : first + LANES])
            return builder.shuffle_vector(one, two, mask)

        total, able_rows = _variable(builder, kind.element(0)), _variable(builder, _INT64(0))
        found = _variable(builder, _INT64(-1))
        with cgutils.for_range_slice(builder, _INT64(0), n_rows, _INT64(LANES), _INT64) as (row, _):
            at = builder.gep(start, [builder.mul(row, _INT64(LANES))])
            here, after = ir.Constant(kind, ir.Undefined), ir.Constant(kind, ir.Undefined)
            for i in range(LANES):
                key = builder.load(builder.gep(at, [_INT64(i * LANES)]))
                here = builder.insert_element(here, key, _INT32(i))
            key = builder.load(builder.gep(at, [_INT64(LANES * LANES)]))
            after = builder.insert_element(after, key, _INT32(0))
            left, distance = builder.and_(here, low), 1
            while distance < LANES:
                left = builder.add(left, shuffled(zeros, left, LANES - distance))
                distance *= 2
            left = builder.add(left, _splat(builder, builder.load(total)))
            builder.store(builder.extract_element(left, _INT32(LANES - 1)), total)
            numerator, denominator = _gain_terms(builder, left, settings)
            is_able = builder.fcmp_ordered(">=", numerator, builder.fmul(least, denominator))
            differs = builder.xor(here, shuffled(here, after, 1))
            is_able = builder.and_(is_able, builder.icmp_unsigned(">", differs, low))
            inside = ir.Constant(ir.VectorType(_INT32, LANES), places[:LANES])
            n_inside = builder.trunc(builder.sub(n_rows, row), _INT32)
            inside = builder.icmp_signed("<", inside, _splat(builder, n_inside))
            able = builder.bitcast(builder.and_(is_able, inside), ir.IntType(LANES))
            able = builder.zext(able, _INT64)
            has_able = builder.icmp_unsigned("!=", able, _INT64(0))
            place = builder.add(row, builder.cttz(able, ir.Constant(ir.IntType(1), 0)))
            builder.store(builder.select(has_able, place, builder.load(found)), found)
            count = builder.add(builder.load(able_rows), builder.ctpop(able))
            builder.store(count, able_rows)
        is_sole = builder.icmp_unsigned("==", builder.load(able_rows), _INT64(1))
        return builder.select(is_sole, builder.load(found), _INT64(-1))

    return signature, generate


@intrinsic
def count_smaller_lanes(typing_context: Any, numbers: Any, n: Any, counts: Any) -> Any:
    """Count, in each lane, the smaller ones of the first numbers."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        numbers = _row(context, builder, sig.args[0], args[0], _INT64(0))
        counts = _row(context, builder, sig.args[2], args[2], _INT64(0))
        single = _element(context, builder, sig.args[0], args[0], _INT64(0))
        row = _load(builder, numbers, _INT64(0))
        total = _variable(builder, _constant(row.type, 0))
        with cgutils.for_range(builder, args[1]) as loop:
            one = _splat(builder, builder.load(builder.gep(single, [loop.index])))
            is_smaller = builder.sext(builder.icmp_signed("<", one, row), row.type)
            builder.store(builder.sub(builder.load(total), is_smaller), total)
        _store(builder, builder.load(total), counts, _INT64(0))
        return context.get_dummy_value()

    return types.void(numbers, types.int64, counts), generate


@intrinsic
def copy_row(typing_context: Any, target: Any, to: Any, source: Any, at: Any) -> Any:
    """Copy one row between arrays."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        source = _row(context, builder, sig.args[2], args[2], args[3])
        target = _row(context, builder, sig.args[0], args[0], args[1])
        _store(builder, _load(builder, source, _INT64(0)), target, _INT64(0))
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64), generate


@intrinsic
def is_compressing(typing_context: Any) -> Any:
    """Return whether the processor moves chosen lanes of a vector together in one instruction."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(ir.IntType(1), int(_has_avx512(context)))

    return types.boolean(), generate


def _compressed(builder: Any, lanes: Any, mask: Any) -> Any:
    kind = ir.FunctionType(lanes.type, [lanes.type, mask.type, lanes.type])
    name = f"llvm.experimental.vector.compress.v{LANES}i{lanes.type.element.width}"
    call = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(call, [lanes, mask, ir.Constant(lanes.type, ir.Undefined)])


def _masked_sum(builder: Any, data: Any, lanes: Any, mask: Any) -> Any:
    """Return the sum of the 64-bit numbers at the places in the chosen lanes."""
    half = LANES // 2
    kind = ir.VectorType(_INT64, half)
    pointers = ir.VectorType(ir.PointerType(_INT64), half)
    masks = ir.VectorType(ir.IntType(1), half)
    gather = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(kind, [pointers, _INT32, masks, kind]),
        f"llvm.masked.gather.v{half}i64.v{half}p0",
    )
    wide = builder.zext(lanes, ir.VectorType(_INT64, LANES))
    offsets = builder.shl(wide, _constant(wide.type, 3))
    at = builder.add(_splat(builder, builder.ptrtoint(data, _INT64)), offsets)
    zeros = ir.Constant(kind, [_INT64(0)] * half)
    total = zeros
    for first in (0, half):
        places = ir.Constant(ir.VectorType(_INT32, half), [_INT32(first + i) for i in range(half)])
        chosen = builder.shuffle_vector(mask, mask, places)
        address = builder.inttoptr(builder.shuffle_vector(at, at, places), pointers)
        found = builder.call(gather, [address, _INT32(8), chosen, zeros])
        total = builder.add(total, found)
    summed = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_INT64, [kind]), f"llvm.vector.reduce.add.v{half}i64"
    )
    return builder.call(summed, [total])


@intrinsic
def divide_row(
    typing_context: Any,
    samples: Any,
    at: Any,
    n: Any,
    ranks: Any,
    step: Any,
    last_left: Any,
    weighted: Any,
    to: Any,
    spare: Any,
    then: Any,
) -> Any:
    """Move the samples of a row up to a rank to one place, the others to another.

    Return how many the first are, and the sum of their packed numbers.
    """
    whole = types.int64
    signature = types.UniTuple(whole, 2)(
        samples, whole, whole, ranks, whole, whole, weighted, whole, spare, whole
    )

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        samples, at, n, ranks, step, last_left, weighted, to, spare, then = args
        source = _row(context, builder, sig.args[0], samples, at)
        lanes = _load(builder, source, _INT64(0))
        column = context.make_array(sig.args[3])(context, builder, ranks).data
        item = column.type.pointee
        numbers = builder.bitcast(source, ir.PointerType(lanes.type.element))
        found = ir.Constant(ir.VectorType(item, LANES), ir.Undefined)
        for lane in range(LANES):
            sample = builder.zext(builder.load(builder.gep(numbers, [_INT64(lane)])), _INT64)
            rank = builder.load(builder.gep(column, [builder.mul(sample, step)]))
            found = builder.insert_element(found, rank, _INT32(lane))
        last = _splat(builder, builder.trunc(last_left, item))
        is_low = builder.icmp_unsigned("<=", found, last)
        places = ir.Constant(ir.VectorType(_INT32, LANES), [_INT32(i) for i in range(LANES)])
        is_held = builder.icmp_signed("<", places, _splat(builder, builder.trunc(n, _INT32)))
        left = builder.and_(is_low, is_held)
        right = builder.xor(left, is_held)
        packed = context.make_array(sig.args[6])(context, builder, weighted).data
        total = _masked_sum(builder, packed, lanes, left)
        for array, kind, place, mask in (
            (samples, sig.args[0], to, left),
            (spare, sig.args[8], then, right),
        ):
            target = _row(context, builder, kind, array, place)
            _store(builder, _compressed(builder, lanes, mask), target, _INT64(0))
        bits = builder.zext(builder.bitcast(left, ir.IntType(LANES)), _INT64)
        return context.make_tuple(builder, sig.return_type, [builder.ctpop(bits), total])

    return signature, generate


@intrinsic
def copy_two_rows(
    typing_context: Any, numbers: Any, to: Any, source: Any, then_to: Any, then_source: Any
) -> Any:
    """Copy one row, then another one, as they were before both copies."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        to, source, then_to, then_source = (
            _row(context, builder, sig.args[0], args[0], place) for place in args[1:]
        )
        rows = [_load(builder, place, _INT64(0)) for place in (source, then_source)]
        _store(builder, rows[0], to, _INT64(0))
        _store(builder, rows[1], then_to, _INT64(0))
        return context.get_dummy_value()

    return types.void(numbers, types.int64, types.int64, types.int64, types.int64), generate


@intrinsic
def trailing_zeros(typing_context: Any, value: Any) -> Any:
    """Return the position of the lowest bit set."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def leading_zeros(typing_context: Any, value: Any) -> Any:
    """Return the number of zero bits above the highest bit set."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), generate


@intrinsic
def fetch_line(typing_context: Any, array: Any, position: Any) -> Any:
    """Ask the processor to bring an element into its cache."""
    signature = types.void(array, types.intp)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _element(context, builder, sig.args[0], args[0], args[1])
        byte = ir.PointerType(ir.IntType(8))
        kind = ir.FunctionType(ir.VoidType(), [byte, _INT32, _INT32, _INT32])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        read, keep, data = _INT32(0), _INT32(3), _INT32(1)
        builder.call(call, [builder.bitcast(pointer, byte), read, keep, data])
        return context.get_dummy_value()

    return signature, generate
