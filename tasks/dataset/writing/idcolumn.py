"""A column of ids that can be searched, small enough for the ids of ten million documents."""

import numpy as np
import pyarrow as pa


class IdColumn:
    """Ids of 32 hexadecimal digits by row, 28 bytes each, with a binary search over them."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        raw = b"".join(bytes.fromhex("".join(chunk.to_pylist())) for chunk in column.chunks)
        self._halves = np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(-1, 2)
        self._order = np.argsort(self._halves[:, 0], kind="stable").astype(np.uint32)
        self._sorted = self._halves[self._order, 0]

    def __len__(self) -> int:
        return len(self._halves)

    def __getitem__(self, row: int) -> str:
        first, second = self._halves[row]
        return f"{first:016x}{second:016x}"

    def rows(self, wanted: str) -> list[int]:
        """The rows that hold the id, in order."""
        first, second = np.uint64(int(wanted[:16], 16)), np.uint64(int(wanted[16:], 16))
        left, right = np.searchsorted(self._sorted, first, "left"), np.searchsorted(self._sorted, first, "right")
        return [int(row) for row in self._order[left:right] if self._halves[row, 1] == second]
