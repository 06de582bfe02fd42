"""Ids and numbers, given when something is issued, in the providers' own shapes."""

from collections import Counter
from random import Random

from sandbox.world.papers import Bill, Paper

#: First ERP numbers of SoftwareOne's sellers (PSI: posted sales invoice).
_FIRST_ERP = {"DE": 1_400_634, "NL": 2_210_118, "US": 1_525_600}
_ERP_WORDS = {"invoice": "PSI", "credit": "PSC", "memo": "PCM"}
#: The API page's sample: usage of August 2021 is invoice 2084426021.
_LINEWORKS_AUGUST_2021 = 2_084_426_021


class Numbers:
    """Counts what was issued, per series."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._counts: Counter[str] = Counter()

    def name(self, document: Paper | Bill) -> None:
        """Give a document its id and number."""
        if isinstance(document, Bill):
            months = (document.year - 2021) * 12 + document.month - 8
            document.number = str(_LINEWORKS_AUGUST_2021 + 13 * months)
        elif document.provider == "softwareone":
            self._name_softwareone(document)
        else:
            self._name_i3dnet(document)

    def _name_softwareone(self, paper: Paper) -> None:
        # Shape as in the official mobile application: INV-NNNN-NNNN-NNNN-NNNN.
        prefix = "CRD" if paper.sort == "memo" else "INV"
        count = self._next("softwareone")
        rng = Random(f"{self._seed}:softwareone:{count}")
        parts = [f"{rng.randrange(10_000):04d}" for _ in range(4)]
        paper.id = "-".join([prefix, *parts])
        word = _ERP_WORDS[paper.sort]
        number = _FIRST_ERP[paper.issuer] + self._next(f"{paper.issuer}-{word}")
        paper.number = f"{paper.issuer}-{word}-{number}"

    def _name_i3dnet(self, paper: Paper) -> None:
        year = f"{paper.issued_on.year % 100:02d}"
        paper.id = str(1001 + 7 * self._next("i3dnet"))
        paper.number = f"F{year}-{101 + self._next(f'i3dnet {year}'):07d}"

    def _next(self, series: str) -> int:
        """Count from 0."""
        self._counts[series] += 1
        return self._counts[series] - 1
