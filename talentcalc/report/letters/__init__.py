"""The letters of a result: to the operator, and to the office that pays."""
