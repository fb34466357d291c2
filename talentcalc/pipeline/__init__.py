"""One run, from the params file to the files of its folder."""
