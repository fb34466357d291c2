"""An audit tried out in JupyterLab."""
