"""The engines that run the checks, each behind one module."""
