"""The frame of a lesson: title, glossary, predictions, no run yet."""
