"""How many questions one connection may ask: a token bucket per client, in memory that cannot grow without bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

# A whole class or library may sit behind one address: 120 questions at once, then three a second.
CAPACITY = 120
PER_SECOND = 3.0
MOST_CLIENTS = 10_000


class RateLimit:
    """Token buckets by client; the client not heard of for longest is forgotten when there are too many."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        capacity: int = CAPACITY,
        per_second: float = PER_SECOND,
        most_clients: int = MOST_CLIENTS,
    ) -> None:
        """`clock` gives seconds that never run backwards."""
        self._clock, self._capacity, self._per_second, self._most = clock, capacity, per_second, most_clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take one token: 0 when there was one, else the seconds until there is."""
        now = self._clock()
        tokens, since = self._buckets.pop(client, (float(self._capacity), now))
        tokens = min(self._capacity, tokens + (now - since) * self._per_second)
        allowed = tokens >= 1
        self._buckets[client] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._per_second

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._buckets)
