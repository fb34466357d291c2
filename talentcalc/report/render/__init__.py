"""From a document of blocks to HTML and PDF."""
