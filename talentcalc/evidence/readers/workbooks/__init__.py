"""How is a workbook of each form read as a person sees it?"""
