"""What a page reads of stored runs, and how it asks a worker."""
