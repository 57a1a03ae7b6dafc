"""Precision, recall and F1."""

from pydantic import BaseModel, ConfigDict


class Figure(BaseModel):
    """How much of what was found is right (p), how much of what is there was found (r), and their harmonic mean."""

    model_config = ConfigDict(frozen=True)

    p: float
    r: float
    f1: float
    n_pred: int
    n_gold: int

    @classmethod
    def of(cls, right_pred: float, n_pred: int, right_gold: float, n_gold: int) -> "Figure":
        """From the credit earned by predictions and by gold.

        A side with nothing on it counts as perfect when the other has nothing either, else as 0.

        >>> Figure.of(1, 2, 1, 1).f1
        0.6666666666666666
        """
        p = right_pred / n_pred if n_pred else float(not n_gold)
        r = right_gold / n_gold if n_gold else float(not n_pred)
        return cls(p=p, r=r, f1=2 * p * r / (p + r) if p + r else 0.0, n_pred=n_pred, n_gold=n_gold)
