from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.kernels import level_lists, rank_layout
from genie3_engine.kernels.rank_layout import node_strides, rank_matrix, rank_room
from genie3_engine.kernels.ranks import bin_ranks


def ranks(n_samples, n_regulators=7):
    return np.random.default_rng(1).integers(0, 200, (n_regulators, n_samples)).astype(np.uint8)


@pytest.mark.parametrize("n", [2, 31, 37, 600])
def test_node_strides__lead_to_the_same_ranks_and_bins_in_both_layouts(n, monkeypatch):
    monkeypatch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 512)
    codes = ranks(600)
    matrix = rank_matrix(codes)
    strides = node_strides.py_func(600, matrix.n_in_row, matrix.row_node, n)
    assert (strides.start > 0) == (n * 16 <= 600)
    at = strides.start + np.arange(7)[:, None] * strides.regulator
    at = at + np.arange(600) * strides.sample
    assert (matrix.codes[at] == codes).all()
    assert (matrix.bins[at] == bin_ranks(codes)[0]).all()


def test_rank_matrix__of_few_samples_or_random_splits_shares_the_ranks(monkeypatch):
    monkeypatch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 512)
    few, many = ranks(512), ranks(600)
    assert np.shares_memory(rank_matrix(few).codes, few)
    assert rank_matrix(few).n_in_row == 0
    without_bins = rank_matrix(many, has_bins=False)
    assert np.shares_memory(without_bins.codes, many)
    assert without_bins.bins.size == 0
    monkeypatch.setattr(rank_layout, "_MAX_BYTES", 1000)
    assert rank_matrix(many).n_in_row == 0


def test_rank_matrix__of_sparse_expression_has_lists_and_no_bins(monkeypatch):
    monkeypatch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 512)
    monkeypatch.setattr(level_lists, "_MIN_SAMPLES", 512)
    matrix = rank_matrix(ranks(600) // 180)
    assert matrix.lists.samples.size > 0
    assert matrix.bins.size == 0
    assert matrix.row_node == 64


def test_rank_room__is_laid_out_in_place(monkeypatch):
    monkeypatch.setattr(rank_layout, "_MAX_NEAR_SAMPLES", 512)
    codes, room = ranks(600), rank_room((7, 600), np.uint8)
    room.ranks[:] = codes
    matrix = rank_matrix(room.ranks, room=room)
    assert matrix.codes is room.layouts
    assert (matrix.codes == rank_matrix(codes).codes).all()
    monkeypatch.setattr(rank_layout, "_MAX_BYTES_WITH_LISTS", 1000)
    room = rank_room((7, 600), np.uint8)
    room.ranks[:] = codes
    assert room.layouts.size == codes.size
    assert (rank_matrix(room.ranks, room=room).codes == matrix.codes).all()
