"""Folders of pictures: what lies in them, and whose faces they show."""
