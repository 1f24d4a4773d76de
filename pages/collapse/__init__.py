"""Laboratory: why did it collapse?"""
