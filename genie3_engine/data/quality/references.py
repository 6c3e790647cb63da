"""Papers that findings cite."""

from __future__ import annotations

GENIE3 = "Huynh-Thu et al. 2010, PLoS ONE 5:e12776"
DREAM5 = "Marbach et al. 2012, Nature Methods 9:796"
SAFETY_IN_NUMBERS = "Ballouz et al. 2015, Bioinformatics 31:2123"
BEELINE = "Pratapa et al. 2020, Nature Methods 17:147"
SINGLE_CELL_LACK = "Chen and Mar 2018, BMC Bioinformatics 19:232"
SCENIC = "Aibar et al. 2017, Nature Methods 14:1083"
CONFOUNDERS = "Parsana et al. 2019, Genome Biology 20:94"
BATCHES = "Leek et al. 2010, Nature Reviews Genetics 11:733"
EXCEL = "Ziemann et al. 2016, Genome Biology 17:177"
