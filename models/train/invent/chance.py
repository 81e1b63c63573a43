"""Random choices from one seed, so that the same seed gives the same mail."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
INNER_CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
HEX = "0123456789abcdef"
OPAQUE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Chance(random.Random):
    """A random source with the few draws that mail needs."""

    def maybe(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.random() < share

    def pick(self, weights: Mapping[T, float]) -> T:
        """One key, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """Between low and high distinct items, in random order."""
        return self.sample(list(items), min(len(items), self.randint(low, high)))

    def hexes(self, count: int) -> str:
        return "".join(self.choice(HEX) for _ in range(count))

    def opaque(self, low: int, high: int) -> str:
        """A token as click trackers and keys have it."""
        return "".join(self.choice(OPAQUE) for _ in range(self.randint(low, high)))

    def digits(self, count: int) -> str:
        return str(self.randint(1, 9)) + "".join(self.choice("0123456789") for _ in range(count - 1))

    def spin(self, template: str) -> str:
        """Chooses within every `[this|that]`, innermost first; an empty choice is allowed."""
        while match := INNER_CHOICE.search(template):
            chosen = self.choice(match.group(1).split("|"))
            template = template[: match.start()] + chosen + template[match.end() :]
        return template.replace("  ", " ").replace(" ,", ",").replace(" .", ".").strip()


def fill(template: str, values: Mapping[str, str]) -> str:
    """Puts values into `{slots}`. Throws KeyError for a slot that nothing fills, so that no message shows one."""
    return SLOT.sub(lambda match: values[match.group(1)], template)
