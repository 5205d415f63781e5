"""`ai-chef-price-{stage}`: the state FetchPrices."""

from __future__ import annotations

from aichef.aws.cooking import price
from aichef.aws.sandbox import warm
from aichef.aws.watch import handler_of

handler = handler_of("price", lambda event: price(event, warm()))
"""What Lambda calls."""
