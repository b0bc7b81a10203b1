"""Parse one workbook in a process of its own: a hostile file can take only this process down.

Run as a script with a path, a row limit and a memory limit in bytes; imports nothing of the house.
Writes JSON lines: a list of cells per row of the first sheet, or one object {"refused": reason}.
"""

import datetime as dt
import json
import sys
from typing import Any


def encode(cell: Any) -> Any:
    """Dates and times as [kind, ISO text]; everything else is JSON already."""
    if isinstance(cell, dt.datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["date", cell.isoformat()]
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return ["time", cell.isoformat()] if isinstance(cell, dt.time) else cell


def cap_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def main(path: str, row_limit: int, memory: int) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    cap_memory(memory)
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
        for number, row in enumerate(rows, start=1):
            if number > row_limit + 1:
                print(json.dumps({"refused": "rows"}))
                return
            print(json.dumps([encode(cell) for cell in row]))
    except PasswordError:
        print(json.dumps({"refused": "password"}))
    except (CalamineError, MemoryError, OSError, ValueError, IndexError):
        print(json.dumps({"refused": "unreadable"}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
