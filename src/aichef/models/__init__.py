"""Language models on their wires: Amazon Bedrock, Anthropic, any OpenAI-compatible server."""
