"""Slow and obvious definitions of what fast code computes."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np


def dense_ranks(values):
    """Rank by looking each value up among the distinct ones."""
    ranked = []
    for gene in values:
        places = {value: place for place, value in enumerate(sorted(set(gene)))}
        ranked.append([places[value] for value in gene])
    return np.array(ranked)


def split_gain(left, right):
    """Fall in squared deviation when weighted responses are parted, times their weight, exact.

    ``left`` and ``right`` are lists of (weight, response).
    """

    def deviation(side):
        weight = sum(w for w, _ in side)
        squares = sum(w * y * y for w, y in side)
        return squares - Fraction(sum(w * y for w, y in side) ** 2, weight)

    both = left + right
    weight = sum(w for w, _ in both)
    return (deviation(both) - deviation(left) - deviation(right)) * weight


def best_split(ranks, weights, responses):
    """Try every split of one regulator; return (gain, last rank that goes left), exact."""
    best = (Fraction(-1), 0)
    samples = list(zip(weights, responses, strict=True))
    for rank in sorted(set(ranks))[:-1]:
        left = [s for s, r in zip(samples, ranks, strict=True) if r <= rank]
        right = [s for s, r in zip(samples, ranks, strict=True) if r > rank]
        gain = split_gain(left, right)
        if gain > best[0]:
            best = (gain, rank)
    return best


def best_node_split(candidates, weights, responses):
    """Take the best split of all candidates' ranks, the first where several are equal.

    Returns (gain, position of the candidate, last rank that goes left).
    """
    best = (Fraction(-1), -1, 0)
    for position, ranks in enumerate(candidates):
        gain, rank = best_split(ranks, weights, responses)
        if gain > best[0]:
            best = (gain, position, rank)
    return best


def screened_gains(ranks, payload, shift, weight):
    """Best split of each lane as the screening sees it: A² / (u v), -1 without a split."""
    gains = []
    for lane in np.asarray(ranks).T:
        best = -1.0
        for rank in sorted(set(lane.tolist()))[:-1]:
            total = sum(int(p) for p, r in zip(payload, lane, strict=True) if r <= rank)
            u = (total + (1 << (shift - 1))) >> shift
            a = total - (u << shift)
            best = max(best, a * a / (u * (weight - u)))
        gains.append(best)
    return np.array(gains)


def bin_bounds(bins, weights, responses, absolutes, *, is_exact):
    """Bound of the gains of the splits in each bin that holds a sample; see `split_bins`."""
    total = sum(weights)
    bounds, left, left_weight = {}, 0, 0
    for place in sorted({*bins}):
        inside = [i for i, b in enumerate(bins) if b == place]
        end = left + sum(responses[i] for i in inside)
        end_weight = left_weight + sum(weights[i] for i in inside)
        ends = [end_weight] if is_exact or place == 0 else [left_weight, end_weight]
        sides = min(max(u * (total - u), total - 1) for u in ends)
        if is_exact or place == 0:
            largest = abs(end)
        else:
            largest = (abs(left + end) + sum(absolutes[i] for i in inside)) / 2
        bounds[place] = largest**2 / sides
        left, left_weight = end, end_weight
    return bounds


def random_rank(levels, ranks, unit):
    """Last rank below a threshold drawn between the node's smallest and largest expression.

    ``unit`` is the number drawn, from 0 to 1; ``levels`` are 32-bit floats.
    """
    low, high = min(ranks), max(ranks)
    threshold = float(levels[low]) + unit * float(levels[high] - levels[low])
    if threshold >= levels[high]:
        return low
    return max(rank for rank in range(low, high) if levels[rank] <= threshold)


class Stream:
    """SplitMix64 in whole numbers of Python."""

    def __init__(self, state):
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        x = self.state
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return x ^ (x >> 31)

    def below(self, n):
        return (self.next() >> 32) * n >> 32

    def unit(self):
        return (self.next() >> 11) / 2**53


def random_node_split(stream, n_candidates, ranks, levels, samples, k, bound):
    """Try one random split of each drawn candidate, the first where several are equal.

    ``ranks(candidate)`` are those of the node's ``samples``, pairs of weight and response. In small
    nodes candidates are drawn in fours, else in sixteens; in large ones the next sixteen are drawn
    before the thresholds of these. Returns (gain, candidate, last rank that goes left).
    """
    n = len(samples)
    width = 4 if n <= 4 else 16
    pool = list(range(n_candidates))
    best, drawn, ready = (Fraction(-1), -1, 0), 0, 0
    while drawn < n_candidates and (drawn < k or best[1] < 0):
        goal = k if drawn < k else min(drawn + width, n_candidates)
        end = min(drawn + width, goal)
        for at in range(ready, end if n <= 16 else min(goal, drawn + 2 * width)):
            other = at + stream.below(n_candidates - at)
            pool[at], pool[other] = pool[other], pool[at]
            ready = at + 1
        splits = []
        for candidate in pool[drawn:end]:
            own = ranks(candidate)
            if min(own) < max(own):
                rank = random_rank(levels[candidate], own, stream.unit())
                sides = [
                    [s for s, r in zip(samples, own, strict=True) if (r <= rank) == is_left]
                    for is_left in (True, False)
                ]
                splits.append((split_gain(*sides), candidate, rank))
        for split in splits:
            if split[0] > best[0]:
                best = split
                if best[0] >= bound or drawn >= k:
                    return best
        drawn = end
    return best


def precision_sizes(values, regulators, shrinkage):
    """Invert the shrunken correlation matrix of all genes; regulators by genes, without itself."""
    varies = values.std(axis=1) > 0
    z = values - values.mean(axis=1, keepdims=True)
    z[varies] /= z[varies].std(axis=1, keepdims=True)
    correlation = z @ z.T / values.shape[1]
    inverse = np.linalg.inv(shrinkage * np.eye(len(z)) + (1 - shrinkage) * correlation)
    sizes = np.abs(inverse[regulators])
    sizes[:, ~varies] = 0.0
    sizes[~varies[regulators]] = 0.0
    for row, regulator in zip(sizes, regulators, strict=True):
        row[regulator] = 0.0
    return sizes


def precision_null(values, regulators, shrinkage, target, order):
    """Score the regulators of a target whose row is permuted, with the means of regulators."""
    sizes = precision_sizes(values, regulators, shrinkage)
    of_regulator = sizes.sum(axis=1) / (len(values) - 1)
    permuted = values.copy()
    permuted[target] = values[target][order]
    null = precision_sizes(permuted, regulators, shrinkage)[:, target]
    of_target = null.sum() / sum(regulator != target for regulator in regulators)
    return null * of_regulator.mean() / (of_regulator * of_target)


def precision_scores(values, regulators, shrinkage):
    """Invert the shrunken correlation matrix of all genes, and weight rows and columns.

    Returns scores of regulators by genes; see `genie3_engine.inference.precision`.
    """
    values = np.asarray(values, dtype=np.float64)
    varies = values.std(axis=1) > 0
    sizes = precision_sizes(values, regulators, shrinkage)
    of_regulator = sizes.sum(axis=1) / (varies.sum() - 1)
    mean = of_regulator.sum() / varies[regulators].sum()
    scores = np.zeros_like(sizes)
    for i in range(len(regulators)):
        for j in range(len(values)):
            others = [r for r in regulators if varies[r] and r != j]
            if sizes[i, j] > 0:
                of_target = sizes[:, j].sum() / len(others)
                scores[i, j] = sizes[i, j] * mean / (of_regulator[i] * of_target)
    return scores


def average_ranks(scores):
    """Rank from 1, the largest first; equal scores have the mean of their ranks."""
    return [
        sum(other > score for other in scores) + (sum(other == score for other in scores) + 1) / 2
        for score in scores
    ]


def combined_scores(lists, how):
    """Combine lists of {(regulator, target): score}; return {(regulator, target): score}."""
    pairs = {pair for links in lists for pair in links}
    columns = []
    for links in lists:
        if how == "mean-share":
            totals = {}
            for (_, target), score in links.items():
                totals[target] = totals.get(target, 0.0) + score
            shares = {(r, t): score / totals[t] for (r, t), score in links.items()}
            columns.append({pair: shares.get(pair, 0.0) for pair in pairs})
        else:
            ranks = dict(zip(links, average_ranks(list(links.values())), strict=True))
            tail = (len(links) + 1 + len(pairs)) / 2
            columns.append({pair: ranks.get(pair, tail) for pair in pairs})
    return {pair: _combined([column[pair] for column in columns], how) for pair in pairs}


def _combined(values, how):
    if how == "irp":
        return 1 / float(np.prod(np.array(values))) ** (1 / len(values))
    if how == "borda":
        return len(values) / sum(values)
    return sum(values) / len(values)


def _boosted_node_split(stream, pool, values, residual, inside, k):
    """Best cut of the first ``k`` candidates of a shuffled pool, of more if all are constant.

    ``pool`` is shuffled in place. Returns (gain, regulator, samples of the data below the cut), or
    None; the gain is an exact fall in squared deviation.
    """
    w, total = len(inside), sum(residual[i] for i in inside)
    if len({residual[i] for i in inside}) < 2:
        return None
    best = None
    for drawn in range(len(pool)):
        if drawn >= k and best is not None:
            break
        other = drawn + stream.below(len(pool) - drawn)
        pool[drawn], pool[other] = pool[other], pool[drawn]
        own = values[pool[drawn]]
        for level in sorted({own[i] for i in inside})[:-1]:
            left = [i for i in inside if own[i] <= level]
            d, u = sum(residual[i] for i in left) * w - total * len(left), len(left)
            gain = Fraction(d * d, u * (w - u) * w)
            if best is None or gain > best[0]:
                best = (gain, pool[drawn], {i for i in range(len(own)) if own[i] <= level})
    return best


def boost(values, residual, candidates, *, k, n_outside, most_trees, seed, **how):
    """Boost trees of depth 3 on whole numbers.

    ``how`` are ``has_window``, ``is_normalised`` and ``is_shifted``, as the kernel takes them.
    Returns (trees, importance by regulator, residuals in the end, improvements out of bag).
    """
    n = len(residual)
    residual, pool, samples = list(residual), list(candidates), list(range(n))
    importance = dict.fromkeys(candidates, 0.0)
    improvements, last = [], None
    for tree in range(most_trees):
        stream = Stream(0)
        stream.state = (seed + tree * 0xD1342543DE82EF95 - 0x9E3779B97F4A7C15) % 2**64
        stream.state = stream.next()
        for drawn in range(n_outside):
            other = drawn + stream.below(n - drawn)
            samples[drawn], samples[other] = samples[other], samples[drawn]
        outside = samples[:n_outside]
        nodes, gains = {1: set(range(n))}, []
        for node in range(1, 8):
            inside = [i for i in sorted(nodes.get(node, ())) if i not in outside]
            split = None
            if len(inside) >= 2:
                split = _boosted_node_split(stream, pool, values, residual, inside, k)
            if split is not None:
                gain, regulator, below = split
                gains.append((regulator, gain))
                whole = nodes.pop(node)
                nodes[2 * node], nodes[2 * node + 1] = whole & below, whole - below
        unit = sum(gain for _, gain in gains) if how["is_normalised"] else 1
        if unit:
            for regulator, gain in gains:
                importance[regulator] += float(gain / unit)
        before = sum(residual[i] ** 2 for i in outside)
        for whole in nodes.values():
            inside = [i for i in whole if i not in outside]
            if inside:
                mean = Fraction(sum(residual[i] for i in inside), 100 * len(inside))
                step = (2 * mean.numerator + mean.denominator) // (2 * mean.denominator)
                for i in whole:
                    residual[i] -= step
        after = sum(residual[i] ** 2 for i in outside)
        if how["is_shifted"] and last is not None:
            before = last
        last = after
        improvements.append(before - after)
        if how["has_window"] and tree >= 24 and sum(improvements[-25:]) < 0:
            break
    return len(improvements), importance, residual, improvements


def modules_from_adjacencies(links, expression, rules, *, signs=(1,), min_genes=20, least=0.03):
    """pySCENIC's modules, of (regulator, target, importance), strongest first.

    ``rules`` are pairs such as ("quantile", 0.75), ("targets", 50) and ("regulators", 5);
    ``expression`` holds a row for each gene. Returns (sign, rule, regulator, set of genes).
    """
    importance = [score for *_, score in links]
    found = []
    for sign in signs:
        signed = [
            link
            for link in links
            if sign == 0 or sign * np.corrcoef(*(expression[g] for g in link[:2]))[0, 1] > least
        ]
        for name, value in rules:
            kept = signed
            if name == "quantile":
                kept = [link for link in signed if link[2] > np.quantile(importance, value)]
            if name in {"targets", "regulators"}:
                end = 0 if name == "targets" else 1
                kept = [
                    link
                    for place, link in enumerate(signed)
                    if sum(other[end] == link[end] for other in signed[:place]) < value
                ]
            for regulator in sorted({link[0] for link in kept}):
                genes = {regulator} | {b for a, b, _ in kept if a == regulator}
                if len(genes) >= min_genes:
                    found.append((sign, (name, value), regulator, genes))
    return found


def recovery_area(values, order, genes, top_share):
    """AUCell of one sample: area under the curve of genes found, over the largest there could be.

    ``values`` by gene; ``order`` lists the genes as those of the same value are ranked.
    """
    n_top = round(top_share * len(values)) - 1
    ranking = sorted(order, key=lambda gene: -values[gene])  # stable
    found, area = 0, 0
    for gene in ranking[:n_top]:
        found += gene in genes
        area += found
    return area / ((n_top + 1) * len(genes))


def decay_rates(series):
    """Decay rate of each gene as dynGENIE3 estimates it; ``series`` are (times, points x genes)."""
    smallest = min(values.min() for _, values in series)
    rates = []
    for gene in range(series[0][1].shape[1]):
        found = [0.0]
        for times, values in series:
            low, high = values[:, gene].argmin(), values[:, gene].argmax()
            if low != high:
                fall = np.log(max(values[high, gene] - smallest, 1e-6))
                fall -= np.log(max(values[low, gene] - smallest, 1e-6))
                found.append(fall / abs(times[low] - times[high]))
        rates.append(max(found))
    return np.array(rates)


def dyngenie3(series, steady, targets, *, n_trees, seed):
    """Scores, regulator x target, by the definition of dynGENIE3 on scikit-learn's forests."""
    from sklearn.ensemble import RandomForestRegressor

    rates = decay_rates(series)
    scores = np.zeros((len(rates), len(targets)))
    for column, target in enumerate(targets):
        rate = rates[target]
        inputs, outputs = [], []
        for times, values in series:
            for at in range(len(times) - 1):
                now, following = values[at, target], values[at + 1, target]
                inputs.append(values[at])
                outputs.append((following - now) / (times[at + 1] - times[at]) + rate * now)
        for state in steady:
            inputs.append(state)
            outputs.append(rate * state[target])
        forest = RandomForestRegressor(n_trees, max_features="sqrt", random_state=seed + target)
        forest.fit(np.array(inputs), np.array(outputs) / np.std(outputs))
        trees = [
            tree.tree_.compute_feature_importances(normalize=False) for tree in forest.estimators_
        ]
        scores[:, column] = np.mean(trees, axis=0)
        scores[target, column] = 0
    return scores / scores.sum(axis=0)


def knock_out_factor(regulator, target, genes, knocked):
    """Move of a target by the knock-outs of a regulator; ``knocked`` are genes a sample."""
    inside = [genes[target][at] for at, names in enumerate(knocked) if regulator in names]
    outside = [genes[target][at] for at, names in enumerate(knocked) if regulator not in names]
    return abs(np.mean(inside) - np.mean(outside)) / np.std(genes[target])


def rivals(values, ranking):
    """Rivals of ranked links, pairs of (regulator, target); ``values`` holds a row for each gene.

    Returns {link: (rival, Spearman's correlation)}, exact but for the last division and root.
    """

    def products(a, b):
        ranks = [[sum(x < y for x in row) - sum(x > y for x in row) for y in row] for row in (a, b)]
        return sum(x * y for x, y in zip(*ranks, strict=True))

    found = {}
    for place, (regulator, target) in enumerate(ranking):
        stronger = [r for r, t in ranking[:place] if t == target][:10]
        best = (None, 0.0)
        for other in stronger:
            a, b = values[regulator], values[other]
            squares = products(a, a) * products(b, b)
            if squares:
                correlation = products(a, b) / squares**0.5
                if best[0] is None or abs(correlation) > abs(best[1]) + 1e-12:
                    best = (other, correlation)
        found[regulator, target] = best
    return found


def stability(ranking, halves, n_targets):
    """Share of halves in which ranked links are among the strongest of their target.

    ``halves`` are lists of {target: regulators, strongest first}.
    """
    strongest = ranking[: 5 * n_targets]
    shares = {}
    for regulator, target in ranking:
        n_picked = min(32, max(1, sum(t == target for _, t in strongest)))
        picks = [regulator in half.get(target, [])[:n_picked] for half in halves]
        shares[regulator, target] = sum(picks) / len(halves)
    return shares


def changes(observed, permuted, least):
    """z and p of the change of each link; ``observed[group][link]``, ``permuted[m][group][link]``.

    Without further permutations.
    """
    n_links = len(observed[0])
    differences = [[second - first for first, second in zip(*m, strict=True)] for m in permuted]
    of_link = [[row[link] for row in differences] for link in range(n_links)]
    deviations = [statistics.stdev(values) for values in of_link]
    added = float(np.quantile([s for s in deviations if s > 0], 0.1))

    def z(value, others):
        return (value - statistics.mean(others)) / (statistics.stdev(others) + added)

    strength = [sum(m[0][link] + m[1][link] for m in permuted) for link in range(n_links)]
    order = sorted(range(n_links), key=strength.__getitem__)
    stratum = {link: place * 10 // n_links for place, link in enumerate(order)}
    found = [z(observed[1][link] - observed[0][link], of_link[link]) for link in range(n_links)]
    null = {number: [] for number in range(10)}  # pairs of a size and its weight
    for link in range(n_links):
        sizes = [
            abs(z(of_link[link][m], of_link[link][:m] + of_link[link][m + 1 :]))
            for m, groups in enumerate(permuted)
            if groups[0][link] >= least[0] or groups[1][link] >= least[1]
        ]
        null[stratum[link]] += [(size, 1 / len(sizes)) for size in sizes]
    p = []
    for link, value in enumerate(found):
        pooled = null[stratum[link]]
        if not pooled:
            p.append(1.0)
            continue
        total = sum(weight for _, weight in pooled)
        one = total / len(pooled)
        larger = sum(weight for size, weight in pooled if size >= abs(value))
        p.append((one + larger) / (one + total))
    return np.array(found), np.array(p)


def false_discovery_rates(p):
    """Benjamini and Hochberg's adjusted p-values: the least level at which each is rejected."""
    n = len(p)
    levels = [value * n / sum(other <= value for other in p) for value in p]
    return [
        min(level for level, other in zip(levels, p, strict=True) if other >= value) for value in p
    ]


def shape_groups(shapes, n_most, radius):
    """Begin a group at the shape that is farthest from the first shapes of the groups before.

    ``shapes`` are points, the first group begins nearest to that of normal values, whose fourth
    moment is 3 and third moment 0. Returns the group of each: that of the nearest beginning.
    """

    def distance(one, other):
        return (one[0] - other[0]) ** 2 + 0.5 * (one[1] - other[1]) ** 2

    normal = (np.log(3.0), 0.0)
    beginnings = [min(range(len(shapes)), key=lambda i: distance(shapes[i], normal))]
    while len(beginnings) < n_most:
        nearest = [min(distance(shape, shapes[b]) for b in beginnings) for shape in shapes]
        if max(nearest) <= radius**2:
            break
        beginnings.append(nearest.index(max(nearest)))
    return [
        min(range(len(beginnings)), key=lambda g: distance(shape, shapes[beginnings[g]]))
        for shape in shapes
    ]


def p_values(links, nulls, n_groups):
    """Compare each link with the null targets of its group, one by one.

    ``links`` are (group, regulator, importance), ``nulls`` (group, {regulator: importance} with a
    zero where a regulator was not used, and without a regulator that the null target is).
    """
    regulators = {regulator for _, null in nulls for regulator in null}
    found = {i: [null[i] for _, null in nulls if i in null] for i in regulators}
    mean = {i: sum(values) / len(values) for i, values in found.items()}

    def statistic(regulator, importance):
        scale = mean[regulator]
        return np.float32(importance / scale) if scale > 0 else np.float32(0)

    p = []
    for group, regulator, importance in links:
        chance = [
            statistic(i, value) for g, null in nulls if g == group for i, value in null.items()
        ]
        n_larger = sum(value >= statistic(regulator, importance) for value in chance)
        p.append((1 + n_larger) / (1 + len(chance)))
    return p


def over_representation(hits, drawn, marked, universe):
    """Chance of at least so many marked ones in a random draw, exact: Fisher's one-sided test."""
    return sum(
        Fraction(math.comb(marked, k) * math.comb(universe - marked, drawn - k))
        for k in range(hits, min(drawn, marked) + 1)
        if drawn - k <= universe - marked
    ) / math.comb(universe, drawn)


def adjusted_p_values(p_values):
    """Benjamini and Hochberg's: the least p n / rank of this or a larger p-value, at most 1."""
    ranked = sorted(p_values)
    return [
        min(1.0, *(q * len(ranked) / i for i, q in enumerate(ranked, 1) if q >= p))
        for p in p_values
    ]


def folded_behind(hits, share):
    """Position of the first set, itself shown, that has the share of each set's genes."""
    behind = []
    for i, row in enumerate(hits):
        genes = set(np.flatnonzero(row))
        shown = (j for j in range(i) if behind[j] == j)
        heads = (
            j for j in shown if len(genes & set(np.flatnonzero(hits[j]))) >= share * len(genes)
        )
        behind.append(next(heads, i))
    return behind


def repulsion(points, mass):
    """Return the sum over all other points of mass over distance, away from them."""
    found = np.zeros_like(points)
    for i, point in enumerate(points):
        for j, other in enumerate(points):
            if i != j:
                away = point - other
                found[i] += mass[j] * away / (away @ away)
    return found


def label_scales(points, sizes, labels, priority):
    """Return the side of each label, and the scale from which it is shown.

    Each label goes where genes and the frame let it appear earliest; one by one, by falling
    priority, labels then wait until they are clear of those before them.
    """
    from genie3_engine.networks import label_placement as placing
    from genie3_engine.networks import marks

    n = len(points)
    radii = marks.radii(sizes)
    width = np.array([marks.text_width(label) + placing.SPACE for label in labels])
    boxes = np.array([placing._label_boxes(side, width, radii) for side in range(4)])
    discs = placing._disc_boxes(radii)
    least = placing._SMALLEST_SHEET / max(np.ptp(points, axis=0).max(), 1e-9)
    by_side = np.array([placing._clear_of_edge(points, box) for box in boxes])
    for side in range(4):
        for i in range(n):
            for j in range(n):
                if i != j:
                    apart = placing._apart_from(points[j] - points[i], boxes[side, i], discs[j])
                    by_side[side, i] = max(by_side[side, i], apart)
    by_side = np.maximum(by_side, least)
    side = by_side.argmin(axis=0)
    scale = by_side[side, np.arange(n)]
    mine = boxes[side, np.arange(n)]
    done = []
    for i in sorted(range(n), key=lambda i: (-priority[i], i)):
        for j in done:
            apart = placing._apart_from(points[j] - points[i], mine[i], mine[j])
            if apart > scale[j]:
                scale[i] = max(scale[i], apart)
        done.append(i)
    return side, scale


def turns(waiting, at_work, last_turns):
    """Return the order of the turns of jobs, each (number, person): by the rule, word for word."""
    waiting, at_work, last = list(waiting), list(at_work), dict(last_turns)
    order = []
    while waiting:
        people = {person for _, person in waiting}
        fewest = min(sum(1 for each in at_work if each == person) for person in people)
        people = {each for each in people if at_work.count(each) == fewest}
        longest_ago = min(last.get(person, 0) for person in people)
        people = {each for each in people if last.get(each, 0) == longest_ago}
        following = min(each for each in waiting if each[1] in people)
        waiting.remove(following)
        order.append(following)
        last[following[1]] = max(last.values(), default=0) + 1
        at_work = [*at_work, following[1]][1:]  # the earliest ends
    return order
