"""The engines that move runs forward in other processes."""
