"""How answers read for people: values in, `Sheet` values out. The result first, colour only as a help."""
