"""`ai-chef-recipe-{stage}`: the state GenerateRecipe."""

from __future__ import annotations

from aichef.aws.cooking import write
from aichef.aws.sandbox import warm
from aichef.aws.watch import handler_of

handler = handler_of("recipe", lambda event: write(event, warm()))
"""What Lambda calls."""
