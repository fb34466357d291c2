"""The one document of an audit: its form, and how it is built."""
