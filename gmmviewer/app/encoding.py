"""JSON whose numbers read back bit for bit."""

from __future__ import annotations

import json
import math
from typing import Any


def encoded(value: Any) -> str:
    """JSON with every float as ``%.17g``; what is not finite becomes null."""
    if isinstance(value, dict):
        items = ",\n ".join(f"{json.dumps(key)}: {encoded(item)}" for key, item in value.items())
        return "{" + items + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(encoded, value)) + "]"
    if isinstance(value, float):
        return f"{value:.17g}" if math.isfinite(value) else "null"
    return json.dumps(value)
