"""Values beside their budgets, a line each."""


class Table:
    """Prints one line for each budget and remembers whether one was missed by far."""

    def __init__(self) -> None:
        self.failed = False

    def line(self, what: str, value: float, budget: float, unit: str = "x", note: str = "") -> None:
        verdict = "ok" if value <= budget else "over" if value <= 2 * budget else "FAR OVER"
        self.failed |= value > 2 * budget
        print(
            f"{what:<52} {value:8.2f} {unit:<5} budget {budget:6.2f}  {verdict}{f'  ({note})' if note else ''}",
            flush=True,
        )
