"""What a worker answers a page."""
