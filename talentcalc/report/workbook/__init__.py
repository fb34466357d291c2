"""The workbook by which the office computes a result again."""
