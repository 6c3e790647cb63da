"""How are sixteen regulators examined at once?

A *lane* is one regulator; a *row* is one sample of the node, with one entry a lane. Every operation
here acts on whole rows, so no sum is reordered: each lane adds its own samples in its own order.

The operations are written in LLVM's portable vector types, not left to the compiler's
auto-vectoriser, which gives up on sorting networks. LLVM turns them into AVX-512, AVX2, SSE or NEON,
whatever the machine has, and the results are the same bits everywhere: integers, and single
operations of IEEE floats.

A sample's entry is a *key*: its rank in the regulator (``code``) in the high bits, its *payload* in
the low bits. The payload holds weight and centred response in one integer, ``weight << shift``
plus ``weight * response``, so that one addition accumulates both.

Each operation is also defined in plain Python (numpy), which is what runs without the compiler and
what the tests compare with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from genie3_engine.kernels._jit import SETTINGS, inlined

LANES = 16
NETWORK_SIZES = (4, 8, 12, 16, 24, 32, 48, 64)
MAX_SORTED_ROWS = NETWORK_SIZES[-1]

_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_FLOAT_LANES = ir.VectorType(ir.FloatType(), LANES)


def sorting_network(n: int) -> list[tuple[int, int]]:
    """Return the exchanges that sort ``n`` rows.

    Notes
    -----
    Batcher's merge exchange, Knuth, The Art of Computer Programming 3, algorithm 5.2.2M.
    """
    pairs = []
    top = 1
    while top < n:
        top *= 2
    p = top >> 1
    while p > 0:
        q, r, d = top >> 1, 0, p
        while True:
            pairs += [(i, i + d) for i in range(n - d) if i & p == r]
            if q == p:
                break
            d, q, r = q - p, q >> 1, p
        p >>= 1
    return pairs


# --- rows as LLVM vectors -------------------------------------------------------------------------


def _element(context: Any, builder: Any, array_type: Any, array: Any, position: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [position])


def _row(context: Any, builder: Any, array_type: Any, array: Any, position: Any) -> Any:
    item = context.get_value_type(array_type.dtype)
    pointer = _element(context, builder, array_type, array, position)
    return builder.bitcast(pointer, ir.PointerType(ir.VectorType(item, LANES)))


def _load(builder: Any, rows: Any, row: Any) -> Any:
    value = builder.load(builder.gep(rows, [row]))
    value.align = value.type.element.width // 8
    return value


def _store(builder: Any, value: Any, rows: Any, row: Any) -> None:
    builder.store(value, builder.gep(rows, [row])).align = 4


def _splat(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(value.type, LANES)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _INT32(0))
    zeros = ir.Constant(ir.VectorType(_INT32, LANES), [_INT32(0)] * LANES)
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


# --- sorting --------------------------------------------------------------------------------------


def _sort_intrinsic(size: int) -> Any:
    """Return the intrinsic that sorts ``size`` rows in registers."""
    network = sorting_network(size)

    def sort(typing_context: Any, block: Any, payload: Any, keys: Any, shift: Any) -> Any:
        signature = types.void(block, payload, keys, types.int64)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            block, payload, keys, shift = args
            start = _INT64(0)
            codes = _row(context, builder, sig.args[0], block, start)
            low = _element(context, builder, sig.args[1], payload, start)
            out = _row(context, builder, sig.args[2], keys, start)
            wide = out.type.pointee
            by = _splat(builder, _narrowed(builder, shift, wide))
            rows = []
            for i in range(size):
                code = builder.shl(builder.zext(_load(builder, codes, _INT64(i)), wide), by)
                rest = _splat(builder, builder.load(builder.gep(low, [_INT64(i)])))
                rows.append(builder.or_(code, rest))
            for i, j in network:
                less = builder.icmp_unsigned("<", rows[i], rows[j])
                rows[i], rows[j] = (
                    builder.select(less, rows[i], rows[j]),
                    builder.select(less, rows[j], rows[i]),
                )
            for i in range(size):
                _store(builder, rows[i], out, _INT64(i))
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(sort)


_sort_4, _sort_8, _sort_12, _sort_16, _sort_24, _sort_32, _sort_48, _sort_64 = (
    _sort_intrinsic(size) for size in NETWORK_SIZES
)


@inlined
def padded_rows(n_rows: int) -> int:
    """Return the rows of the network that sorts so many; ``n_rows`` beyond the largest."""
    for size in NETWORK_SIZES:
        if n_rows <= size:
            return size
    return n_rows


def sort_rows(
    block: NDArray[Any], payload: NDArray[Any], keys: NDArray[Any], n_rows: int, shift: int
) -> None:
    """Sort the samples of a node by rank, in each lane.

    Parameters
    ----------
    block : (>= 64 * LANES,) uint8 or uint16, flat rows
        Ranks of the node's samples.
    payload : (>= 64,) uint32 or uint64
        Payload of each sample; after the node's samples, all ones up to the network's size.
    keys : (>= 64 * LANES,) same dtype as ``payload``, flat rows
        Overwritten with the sorted keys; rows after the node's samples are all ones.
    n_rows : int
        Samples in the node, at most `MAX_SORTED_ROWS`.
    shift : int
        Bits of the payload.
    """
    shift = keys.dtype.type(shift)
    size = n_rows * LANES
    codes = block[:size].reshape(n_rows, LANES).astype(keys.dtype)
    rows = (codes << shift) | payload[:n_rows, None]
    keys[:size] = np.sort(rows, axis=0).ravel()
    keys[size : size + LANES] = ~keys.dtype.type(0)


@overload(sort_rows, jit_options=SETTINGS)
def _compile_sort_rows(
    block: Any, payload: Any, keys: Any, n_rows: Any, shift: Any
) -> Callable[..., None]:
    def sort(block: Any, payload: Any, keys: Any, n_rows: Any, shift: Any) -> None:
        if n_rows <= 4:
            _sort_4(block, payload, keys, shift)
        elif n_rows <= 8:
            _sort_8(block, payload, keys, shift)
        elif n_rows <= 12:
            _sort_12(block, payload, keys, shift)
        elif n_rows <= 16:
            _sort_16(block, payload, keys, shift)
        elif n_rows <= 24:
            _sort_24(block, payload, keys, shift)
        elif n_rows <= 32:
            _sort_32(block, payload, keys, shift)
        elif n_rows <= 48:
            _sort_48(block, payload, keys, shift)
        else:
            _sort_64(block, payload, keys, shift)

    return sort


# --- scanning -------------------------------------------------------------------------------------


def _scan_step(
    builder: Any, total: Any, added: Any, best: tuple[Any, Any], settings: tuple[Any, Any]
) -> tuple[Any, Any]:
    """Add a row to the left side; return (is better, (numerator, denominator)) of the cut there."""
    weight_total, shift = settings
    one = _constant(added.type, 1)
    half = builder.shl(one, builder.sub(shift, one))
    left = builder.add(builder.load(total), added)
    builder.store(left, total)
    weight = builder.lshr(builder.add(left, half), shift)
    response = builder.sub(left, builder.shl(weight, shift))
    w = builder.sitofp(weight, _FLOAT_LANES)
    s = builder.sitofp(response, _FLOAT_LANES)
    numerator = builder.fmul(s, s)
    denominator = builder.fmul(w, builder.fsub(weight_total, w))
    better = builder.fcmp_ordered(
        ">",
        builder.fmul(numerator, builder.load(best[1])),
        builder.fmul(builder.load(best[0]), denominator),
    )
    return better, (numerator, denominator)


def _keep_better(builder: Any, better: Any, cut: tuple[Any, Any], best: tuple[Any, Any]) -> None:
    for value, slot in zip(cut, best, strict=True):
        builder.store(builder.select(better, value, builder.load(slot)), slot)


def _finish_scan(builder: Any, bests: list[tuple[Any, Any]], out: Any) -> Any:
    """Store each lane's best and return the largest of all lanes."""
    even, odd = (builder.fdiv(builder.load(n), builder.load(d)) for n, d in bests)
    best = builder.select(builder.fcmp_ordered(">", even, odd), even, odd)
    _store(builder, best, out, _INT64(0))
    width = LANES
    while width > 1:
        width //= 2
        turn = [_INT32((lane + width) % LANES) for lane in range(LANES)]
        mask = ir.Constant(ir.VectorType(_INT32, LANES), turn)
        other = builder.shuffle_vector(best, best, mask)
        best = builder.select(builder.fcmp_ordered(">", best, other), best, other)
    return builder.extract_element(best, _INT32(0))


def _scan_intrinsic(is_sorted: bool) -> Any:
    """Return the intrinsic that scans sorted keys, or slots that it clears on the way."""

    def scan(
        typing_context: Any,
        rows: Any,
        out: Any,
        position: Any,
        n_rows: Any,
        weight: Any,
        shift: Any,
        low: Any,
    ) -> Any:
        signature = types.float32(
            rows, out, types.intp, types.intp, types.float32, types.int64, types.uint64
        )

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            rows, out, position, n_rows, weight, shift, low = args
            source = _row(context, builder, sig.args[0], rows, _INT64(0))
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

            def step_sorted(row: Any, best: tuple[Any, Any]) -> None:
                key = builder.load(current)
                following = _load(builder, source, builder.add(row, _INT64(1)))
                builder.store(following, current)
                added = builder.and_(key, mask)
                better, cut = _scan_step(builder, total, added, best, settings)
                # A cut between two samples of equal rank does not exist.
                differs = builder.icmp_unsigned(">", builder.xor(key, following), mask)
                _keep_better(builder, builder.and_(better, differs), cut, best)

            def step_slots(row: Any, best: tuple[Any, Any]) -> None:
                added = _load(builder, source, row)
                _store(builder, _constant(kind, 0), source, row)
                better, cut = _scan_step(builder, total, added, best, settings)
                # A cut with an empty side does not exist.
                divides = builder.fcmp_ordered(">", cut[1], _constant(_FLOAT_LANES, 0.0))
                _keep_better(builder, builder.and_(better, divides), cut, best)

            step = step_sorted if is_sorted else step_slots
            with cgutils.for_range(builder, builder.lshr(n_rows, _INT64(1))) as loop:
                even = builder.shl(loop.index, _INT64(1))
                step(even, bests[0])
                step(builder.add(even, _INT64(1)), bests[1])
            with builder.if_then(builder.trunc(n_rows, ir.IntType(1))):
                step(builder.sub(n_rows, _INT64(1)), bests[0])
            return _finish_scan(builder, bests, result)

        return signature, generate

    return intrinsic(scan)


_scan_sorted = _scan_intrinsic(is_sorted=True)
_scan_slots = _scan_intrinsic(is_sorted=False)


def _scan_in_python(
    added: NDArray[Any], cuts: NDArray[np.bool_], out: NDArray[np.float32], weight: Any, shift: Any
) -> np.float32:
    shift = added.dtype.type(shift)
    left = np.cumsum(added, axis=0, dtype=added.dtype)
    one = added.dtype.type(1)
    w = (left + (one << (shift - one))) >> shift
    signed = np.int32 if added.dtype == np.uint32 else np.int64
    s = (left - (w << shift)).astype(signed).astype(np.float32)
    wf = w.astype(np.float32)
    denominator = wf * (np.float32(weight) - wf)
    allowed = cuts & (denominator > 0)
    gain = np.full(left.shape, np.float32(-1))
    np.divide(s * s, denominator, out=gain, where=allowed)
    out[:] = gain.max(axis=0, initial=np.float32(-1))
    return np.float32(out.max())


def scan_sorted(
    keys: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
) -> np.float32:
    """Return the best cut's gain over all lanes, from sorted keys.

    Parameters
    ----------
    keys : flat rows of uint32 or uint64
        Keys in ascending order; the row after ``n_rows`` is read too.
    out : float32
        Each lane's best gain is written from ``position`` on: squared left response over the
        product of the weights on both sides; -1 where the lane has no cut.
    position : int
        First of the `LANES` entries of ``out``.
    n_rows : int
        Cuts to try: the node's samples but one.
    weight : float32
        Weight of the node.
    shift : int
        Bits of the response in a payload.
    low : uint64
        Mask of the payload in a key.

    Returns
    -------
    float32
        The largest of the lanes' gains.
    """
    rows = keys[: (n_rows + 1) * LANES].reshape(n_rows + 1, LANES)
    low = keys.dtype.type(low)
    cuts = (rows[:-1] ^ rows[1:]) > low
    lanes = out[position : position + LANES]
    return _scan_in_python(rows[:-1] & low, cuts, lanes, weight, shift)


def scan_slots(
    slots: NDArray[Any],
    out: NDArray[np.float32],
    position: int,
    n_rows: int,
    weight: Any,
    shift: Any,
    low: Any,
) -> np.float32:
    """Return the best cut's gain over all lanes, from one slot a rank; clear the slots.

    Parameters
    ----------
    slots : flat rows of uint32 or uint64
        Sum of the payloads of the samples of each rank; all zero afterwards.
    out, position, weight, shift, low
        As in `scan_sorted`; ``low`` is not used.
    n_rows : int
        Ranks.

    Returns
    -------
    float32
        The largest of the lanes' gains.
    """
    rows = slots[: n_rows * LANES].reshape(n_rows, LANES)
    lanes = out[position : position + LANES]
    best = _scan_in_python(rows, np.ones(rows.shape, np.bool_), lanes, weight, shift)
    rows[:] = 0
    return best


@overload(scan_sorted, jit_options=SETTINGS)
def _compile_scan_sorted(
    keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        keys: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return _scan_sorted(keys, out, position, n_rows, weight, shift, low)

    return scan


@overload(scan_slots, jit_options=SETTINGS)
def _compile_scan_slots(
    slots: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
) -> Callable[..., np.float32]:
    def scan(
        slots: Any, out: Any, position: Any, n_rows: Any, weight: Any, shift: Any, low: Any
    ) -> Any:
        return _scan_slots(slots, out, position, n_rows, weight, shift, low)

    return scan


# --- filling --------------------------------------------------------------------------------------


@inlined
def gather_ranks(
    codes: NDArray[Any],
    candidates: NDArray[np.int32],
    n_samples: int,
    samples: NDArray[np.uint32],
    block: NDArray[Any],
    n_rows: int,
) -> None:
    """Copy the ranks of a node's samples, one regulator a lane, four lanes at a time.

    Parameters
    ----------
    codes : flat uint8 or uint16
        Ranks of all regulators.
    candidates : (LANES,) int32
        Each lane's regulator.
    n_samples : int
        Ranks of one regulator.
    samples : (>= n_rows,) uint32
        The node's samples.
    block : flat rows, same dtype as ``codes``
        Overwritten.
    n_rows : int
        Samples in the node.
    """
    for lane in range(0, LANES, 4):
        a = codes[np.int64(candidates[lane]) * n_samples :]
        b = codes[np.int64(candidates[lane + 1]) * n_samples :]
        c = codes[np.int64(candidates[lane + 2]) * n_samples :]
        d = codes[np.int64(candidates[lane + 3]) * n_samples :]
        at = np.uint64(lane)
        for i in range(n_rows):
            sample = np.uint64(samples[i])
            block[at] = a[sample]
            block[at + np.uint64(1)] = b[sample]
            block[at + np.uint64(2)] = c[sample]
            block[at + np.uint64(3)] = d[sample]
            at += np.uint64(LANES)


@inlined
def scatter_payload(
    codes: NDArray[Any],
    candidates: NDArray[np.int32],
    n_samples: int,
    samples: NDArray[np.uint32],
    payload: NDArray[Any],
    slots: NDArray[Any],
    n_rows: int,
) -> None:
    """Add each sample's payload to the slot of its rank, one regulator a lane.

    Parameters
    ----------
    codes, candidates, n_samples, samples, n_rows
        As in `gather_ranks`.
    payload : (>= n_rows,) uint32 or uint64
        Payload of each sample of the node.
    slots : flat rows, same dtype as ``payload``
        One row a rank, added to.
    """
    width = np.uint64(LANES)
    for lane in range(0, LANES, 4):
        a = codes[np.int64(candidates[lane]) * n_samples :]
        b = codes[np.int64(candidates[lane + 1]) * n_samples :]
        c = codes[np.int64(candidates[lane + 2]) * n_samples :]
        d = codes[np.int64(candidates[lane + 3]) * n_samples :]
        at = np.uint64(lane)
        for i in range(n_rows):
            sample = np.uint64(samples[i])
            added = payload[i]
            slots[np.uint64(a[sample]) * width + at] += added
            slots[np.uint64(b[sample]) * width + at + np.uint64(1)] += added
            slots[np.uint64(c[sample]) * width + at + np.uint64(2)] += added
            slots[np.uint64(d[sample]) * width + at + np.uint64(3)] += added


# --- single numbers -------------------------------------------------------------------------------


@intrinsic
def _count_trailing_zeros(typing_context: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


def count_trailing_zeros(value: np.uint64) -> int:
    """Return the position of the lowest bit that is set; ``value`` is not zero."""
    bits = int(value)
    return (bits & -bits).bit_length() - 1


@intrinsic
def _count_leading_zeros(typing_context: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), generate


def bit_length(value: int) -> int:
    """Return the bits that a whole number takes; 0 for 0."""
    return int(value).bit_length()


@overload(bit_length, jit_options=SETTINGS)
def _compile_bit_length(value: Any) -> Callable[..., int]:
    def length(value: Any) -> Any:
        return 64 - _count_leading_zeros(value)

    return length


@overload(count_trailing_zeros, jit_options=SETTINGS)
def _compile_count_trailing_zeros(value: Any) -> Callable[..., int]:
    def count(value: Any) -> Any:
        return _count_trailing_zeros(value)

    return count


# --- fetching ahead -------------------------------------------------------------------------------


@intrinsic
def _prefetch(typing_context: Any, array: Any, position: Any) -> Any:
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


def prefetch(array: NDArray[Any], position: int) -> None:
    """Ask the processor to bring an element into its cache; changes nothing."""


@overload(prefetch, jit_options=SETTINGS)
def _compile_prefetch(array: Any, position: Any) -> Callable[..., None]:
    def fetch(array: Any, position: Any) -> None:
        _prefetch(array, position)

    return fetch
