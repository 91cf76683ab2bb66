"""The pages that tell of one finding, as lines of text with names of styles.

Pure: nothing here knows a widget or a colour; the stylesheet says what a style looks like.
"""
