"""What food costs."""
