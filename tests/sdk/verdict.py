"""What was expected, what is there, and whether that is the same."""

import sys


class Verdict:
    """Checks by name, printed as they are made."""

    def __init__(self) -> None:
        self.n_made = 0
        self.failed: list[str] = []
        self._part = ""

    def part(self, name: str) -> None:
        """Begins a part: the checks that follow are of it."""
        self._part = name
        print(f"\n{name}")

    def same(self, name: str, expected: object, found: object) -> None:
        """Checks that two things are equal."""
        self.holds(name, expected == found, f"expected {_short(expected)}, found {_short(found)}", _short(found))

    def none(self, name: str, wrong: list) -> None:
        """Checks that nothing is wrong; says the first that is."""
        told = f"{len(wrong)} wrong; the first: {_short(wrong[0])}" if wrong else ""
        self.holds(name, not wrong, told)

    def holds(self, name: str, is_so: bool, otherwise: str, detail: str = "") -> None:
        """Checks that something is so."""
        self.n_made += 1
        if is_so:
            print(f"  ok    {name}" + (f": {detail}" if detail else ""))
        else:
            self.failed.append(f"{self._part}: {name}")
            print(f"  FAIL  {name}: {otherwise}")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Says what is no check."""
        print(f"        {text}")
        sys.stdout.flush()

    def end(self) -> int:
        """Says how it went; the exit status."""
        print(f"\n{self.n_made} checks, {len(self.failed)} failed")
        for name in self.failed:
            print(f"  FAIL  {name}")
        return 1 if self.failed else 0


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 600 else text[:600] + "…"
