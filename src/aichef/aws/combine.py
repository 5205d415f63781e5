"""`ai-chef-combine-{stage}`: the state CombineResults."""

from __future__ import annotations

from aichef.aws.cooking import combine
from aichef.aws.sandbox import warm
from aichef.aws.watch import handler_of

handler = handler_of("combine", lambda event: combine(event, warm()))
"""What Lambda calls."""
