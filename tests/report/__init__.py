"""Reports, letters and workbooks: what is shown of a result."""
