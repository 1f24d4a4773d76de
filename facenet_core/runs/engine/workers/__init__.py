"""The workers as processes of their own: started, warmed up, kept polite."""
