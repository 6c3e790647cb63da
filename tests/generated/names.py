"""Ways to name genes and samples, as databases, instruments and programs do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Random = np.random.Generator
Naming = Callable[[Random, int], list[str]]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HUMAN = _listed(
    """TP53 MYC JUN FOS STAT1 STAT3 GATA1 GATA3 SOX2 SOX9 PAX6 NANOG POU5F1 KLF4 FOXP3 FOXA1 RELA
    NFKB1 SPI1 CEBPA CEBPB EGR1 ATF3 ATF4 MAX MYB RUNX1 RUNX3 TBX21 BCL6 IRF4 IRF8 ETS1 ELK1 E2F1
    REST CTCF YY1 SP1 USF1 HIF1A ARNT TCF7 LEF1 SMAD3 SMAD4 NOTCH1 HES1 ID2 TWIST1 SNAI2 ZEB1 EGFR
    ERBB2 KRAS BRAF PTEN RB1 CDK4 CCND1 CDKN1A CDKN2A MDM2 BAX BCL2 CASP3 FAS TNF IL6 IL2 IL10
    IFNG CXCL8 CCL2 CD4 CD8A CD19 MS4A1 PTPRC CD3E NKG7 GNLY LYZ FCGR3A PPBP ACTB GAPDH TUBB B2M
    HLA-A HLA-DRA MT-CO1 MT-ND1 RPL3 RPS6 EEF1A1 HSPA5 VIM CDH1 CDH2 FN1 COL1A1 COL3A1 ACTA2 TAGLN
    MKI67 TOP2A PCNA ALB APOE INS GCG LEP ADIPOQ PPARG"""
)
YEAST = _listed(
    """GAL4 GAL80 MIG1 GCN4 PHO4 PHO5 SWI4 SWI5 SWI6 MBP1 STE12 ACE2 YAP1 MSN2 MSN4 HSF1 RAP1 REB1
    ABF1 CBF1 INO2 INO4 OPI1 UME6 IME1 NDT80 HAP1 HAP4 ROX1 MOT3 TUP1 CYC8 ADR1 CAT8 SNF1 CDC28
    CLN1 CLN2 CLB2 CLB5 SIC1 FAR1 FUS3 KSS1 HOG1 SSK1 PBS2 TPK1 RAS2 CYR1 ADH1 PGK1 TDH3 ENO2 ACT1
    TUB2 HXT1 SUC2 FLO11 CUP1 ADE2 HIS3 LEU2 TRP1 URA3"""
)
COLI = _listed(
    """thrA thrB thrC yaaX lacI lacZ lacY crp fis hns ihfA ihfB lrp fnr arcA narL narP cpxR ompR
    phoB phoP fur zur oxyR soxR soxS marA rob lexA recA rpoS rpoD rpoH rpoE rpoN dnaA dnaK groL
    groS clpB araC araB araD galR galS malT malP glpR glpK purR trpR tyrR argR metJ metR cysB nac
    glnG ntrC gadE gadX gadW evgA evgS flhD flhC fliA fliC"""
)
FLY = _listed(
    """bcd hb Kr kni gt tll eve ftz h run odd prd en wg hh ptc ci dpp sna twi dl zen Ubx abd-A
    Abd-B Antp Scr Dfd lab pb ey toy so dac eya ato sc ac da emc N Dl Ser Su(H) E(spl)m8 vg sd ap
    Lim1 Dll hth exd tsh salm brk omb nub ct cut"""
)


def _picked(symbols: tuple[str, ...], change: Callable[[str], str] = str) -> Naming:
    """Return a naming that draws from a list of symbols, and numbers them where it is short."""

    def names(random: Random, n: int) -> list[str]:
        order = [change(symbols[i]) for i in random.permutation(len(symbols))]
        more = (f"{name}-{k}" for k in range(2, 9) for name in order)
        return [*order, *more][:n]

    return names


def _numbers(template: str, low: int, high: int) -> Naming:
    """Return a naming that puts different random numbers into a template."""

    def names(random: Random, n: int) -> list[str]:
        numbers = random.choice(high - low, size=n, replace=False) + low
        if random.random() < 0.5:
            numbers.sort()
        return [template.format(int(number)) for number in numbers]

    return names


def _counted(template: str, first: int = 1) -> Naming:
    return lambda _, n: [template.format(i) for i in range(first, first + n)]


def _suffixed(naming: Naming, suffixes: tuple[str, ...]) -> Naming:
    def names(random: Random, n: int) -> list[str]:
        return [f"{name}{suffixes[i % len(suffixes)]}" for i, name in enumerate(naming(random, n))]

    return names


def _arabidopsis(random: Random, n: int) -> list[str]:
    numbers = random.choice(8000, size=n, replace=False)
    return [f"AT{random.integers(1, 6)}G{int(number) * 10:05d}" for number in numbers]


def _yeast_orfs(random: Random, n: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < n:
        arm, side, strand = "ABCDEFGHIJKLMNOP"[random.integers(16)], "LR"[random.integers(2)], "WC"
        found[f"Y{arm}{side}{random.integers(1, 250):03d}{strand[random.integers(2)]}"] = None
    return list(found)


def _uniprot(random: Random, n: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < n:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        middle = "".join(letters[random.integers(26)] for _ in range(1))
        found[
            f"{'OPQ'[random.integers(3)]}{random.integers(10)}{middle}{random.integers(10)}"
            f"{letters[random.integers(26)]}{random.integers(10)}"
        ] = None
    return list(found)


def _trinity(random: Random, n: int) -> list[str]:
    numbers = random.choice(40_000, size=n, replace=False)
    return [f"TRINITY_DN{int(i)}_c{random.integers(3)}_g{random.integers(1, 4)}" for i in numbers]


def _maker(random: Random, n: int) -> list[str]:
    numbers = random.choice(4_000, size=n, replace=False)
    return [f"maker-scaffold{int(i)}-augustus-gene-0.{random.integers(1, 90)}" for i in numbers]


def _worm_sequences(random: Random, n: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < n:
        letter = "CFKRTWYZ"[random.integers(8)]
        found[
            f"{letter}{random.integers(1, 60):02d}{'ABCDEFGH'[random.integers(8)]}"
            f"{random.integers(1, 12)}.{random.integers(1, 20)}"
        ] = None
    return list(found)


def _tcga_genes(random: Random, n: int) -> list[str]:
    symbols = _picked(HUMAN)(random, n)
    numbers = random.choice(90_000, size=n, replace=False) + 1
    return [f"{name}|{int(number)}" for name, number in zip(symbols, numbers, strict=True)]


def _microrna(random: Random, n: int) -> list[str]:
    numbers = random.choice(900, size=n, replace=False) + 1
    return [f"hsa-miR-{int(i)}-{('5p', '3p')[random.integers(2)]}" for i in numbers]


GENES: dict[str, Naming] = {
    "human symbols": _picked(HUMAN),
    "mouse symbols": _picked(HUMAN, str.capitalize),
    "zebrafish symbols": _picked(HUMAN, str.lower),
    "yeast symbols": _picked(YEAST),
    "E. coli symbols": _picked(COLI),
    "fly symbols": _picked(FLY),
    "symbol and Entrez": _tcga_genes,
    "Ensembl human": _numbers("ENSG{:011d}", 3, 290_000),
    "Ensembl with version": _suffixed(_numbers("ENSG{:011d}", 3, 290_000), (".1", ".12", ".5")),
    "Ensembl mouse": _numbers("ENSMUSG{:011d}", 1, 120_000),
    "Ensembl zebrafish": _numbers("ENSDARG{:011d}", 1, 120_000),
    "Entrez": _numbers("{}", 1, 60_000),
    "long Entrez": _numbers("{}", 100_000_000, 105_000_000),
    "Affymetrix": _suffixed(_numbers("{}", 200_000, 244_000), ("_at", "_s_at", "_x_at")),
    "Affymetrix Gene ST": _numbers("{}", 7_892_501, 8_180_418),
    "Illumina": _numbers("ILMN_{}", 1_650_000, 3_300_000),
    "Agilent": _numbers("A_23_P{}", 100_000, 400_000),
    "methylation probes": _numbers("cg{:08d}", 29, 27_000_000),
    "RefSeq": _numbers("NM_{:06d}", 14, 300_000),
    "yeast ORFs": _yeast_orfs,
    "Arabidopsis": _arabidopsis,
    "rice RAP": _numbers("Os01g{:07d}", 100_000, 900_000),
    "rice MSU": _numbers("LOC_Os03g{:05d}", 1_010, 64_000),
    "maize": _numbers("GRMZM2G{:06d}", 100, 180_000),
    "tomato": _suffixed(_numbers("Solyc01g{:06d}", 5_000, 99_000), (".2", ".3")),
    "wheat": _numbers("TraesCS1A02G{:06d}", 100, 400_000),
    "E. coli b-numbers": _numbers("b{:04d}", 1, 4_400),
    "Mycobacterium": _numbers("Rv{:04d}", 1, 3_900),
    "Plasmodium": _numbers("PF3D7_{:07d}", 100_100, 1_400_000),
    "FlyBase": _numbers("FBgn{:07d}", 1, 270_000),
    "WormBase": _numbers("WBGene{:08d}", 1, 290_000),
    "worm sequences": _worm_sequences,
    "Trinity": _trinity,
    "contigs": _counted("contig_{}"),
    "MAKER": _maker,
    "UniProt": _uniprot,
    "microRNA": _microrna,
    "G1": _counted("G{}"),
    "Gene0": _counted("Gene{}", 0),
    "gene_1": _counted("gene_{}"),
}


def _replicates(random: Random, n: int) -> list[str]:
    conditions = [("ctrl", "treated"), ("WT", "KO"), ("mock", "infected")][random.integers(3)]
    half = -(-n // 2)
    return [f"{name}_{i + 1}" for name in conditions for i in range(half)][:n]


def _cell_barcodes(random: Random, n: int) -> list[str]:
    return ["".join("ACGT"[i] for i in random.integers(4, size=16)) + "-1" for _ in range(n)]


def _tcga_samples(random: Random, n: int) -> list[str]:
    codes = random.choice(9_000, size=n, replace=False) + 1_000
    return [f"TCGA-A{random.integers(1, 9)}-{int(code)}-01A" for code in codes]


def _wells(random: Random, n: int) -> list[str]:
    del random
    return [f"{row}{column:02d}" for row in "ABCDEFGH" for column in range(1, 13)][:n]


def _hours(random: Random, n: int) -> list[str]:
    step = int(random.integers(1, 7))
    return [f"{i * step}h" for i in range(n)]


def _words(random: Random, n: int) -> list[str]:
    tissues = ("liver", "brain", "kidney", "heart", "lung")
    return [f"{tissues[i % 5]} donor {i // 5 + 1}" for i in range(n)] if random is not None else []


SAMPLES: dict[str, Naming] = {
    "GEO": _numbers("GSM{}", 100_000, 6_000_000),
    "SRA": _numbers("SRR{}", 1_000_000, 9_000_000),
    "TCGA": _tcga_samples,
    "S1": _counted("S{}"),
    "sample_1": _counted("sample_{}"),
    "Sample.1": _counted("Sample.{}"),
    "condition and replicate": _replicates,
    "cell barcodes": _cell_barcodes,
    "hours": _hours,
    "patients": _counted("P{:03d}"),
    "wells": _wells,
    "numbers": _counted("{}"),
    "donor numbers": _numbers("{}", 1_000, 9_999),
    "short numbers": _numbers("{}", 1, 99),
    "words": _words,
    "array files": _numbers("GSM{}.CEL.gz", 100_000, 900_000),
}
