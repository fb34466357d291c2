"""The data checks: their kinds, what is to be run of them, and the engines that run it."""
